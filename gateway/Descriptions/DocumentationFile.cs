using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace OrleansCalls.Gateway.Descriptions;

/// <summary>The summaries of this assembly's methods, from the compiler's documentation file.</summary>
internal sealed partial class DocumentationFile
{
    private readonly Dictionary<string, string> _summaries = new(StringComparer.Ordinal);

    /// <summary>Reads the file; without it there are no summaries.</summary>
    public DocumentationFile()
    {
        var file = Path.ChangeExtension(
            Path.Combine(AppContext.BaseDirectory, typeof(DocumentationFile).Assembly.GetName().Name!) + ".dll", ".xml");
        if (!File.Exists(file))
            return;
        foreach (var member in XDocument.Load(file).Descendants("member").Where(member => member.Element("summary") is not null))
            _summaries.TryAdd(((string)member.Attribute("name")!).Split('(')[0], TextOf(member));
    }

    /// <summary>Returns the summary of a method, which must have no overloads; its name if there is none.</summary>
    public string Summary(MethodInfo method) =>
        _summaries.GetValueOrDefault($"M:{method.DeclaringType!.FullName}.{method.Name}") ?? method.Name;

    private static string TextOf(XElement member)
    {
        var summary = new XElement(member.Element("summary")!);
        foreach (var reference in summary.Descendants().Where(element => element.Attribute("cref") is not null).ToList())
            reference.ReplaceWith(((string)reference.Attribute("cref")!).Split('.')[^1]);
        return Spaces().Replace(summary.Value, " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

using System.Reflection;
using System.Text.RegularExpressions;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Tidy;

/// <summary>
/// The rules know no Orleans: <c>*Machine</c>, <c>*Rules</c> and <c>*Turn</c>, and every type of their assembly that they
/// refer to, whatever its name is. Attributes are not looked at: a record says how it is serialized, which no rule goes
/// by. Messages (grain-interfaces) are not searched, since they hold no rules and one may carry the reference of a
/// gateway; no rule may touch that.
/// </summary>
public sealed partial class MachineTests
{
    private const BindingFlags Own =
        BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Fact]
    public void Rules_ReferToNoOrleansType()
    {
        var roots = typeof(CallGrain).Assembly.GetTypes().Where(type => RuleName().IsMatch(type.Name) && !type.IsNested).ToList();
        Assert.Contains(typeof(CallMachine), roots);
        Assert.InRange(roots.Count, 5, 50);
        var reached = roots.ToHashSet();
        var waiting = new Queue<Type>(roots);
        var findings = new List<string>();
        while (waiting.TryDequeue(out var type))
        {
            foreach (var (named, member) in Named(type))
            {
                if (IsOrleans(named))
                    findings.Add($"{Place(type)}: {member} of {type.Name} refers to {named.FullName}");
                else if (named.Assembly == typeof(CallGrain).Assembly && reached.Add(named))
                    waiting.Enqueue(named);
            }
        }

        Assert.Contains(typeof(CallState), reached);
        Tree.IsTidy(findings.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>That the search finds what it looks for: a grain is full of it.</summary>
    [Fact]
    public void Grains_ReferToOrleans() => Assert.Contains(Named(typeof(CallGrain)), one => IsOrleans(one.Type));

    /// <summary>A type of Orleans, or one of ours that stands for a grain or an observer elsewhere.</summary>
    private static bool IsOrleans(Type type) => type.Assembly.GetName().Name!.StartsWith("Orleans.", StringComparison.Ordinal)
        || typeof(IAddressable).IsAssignableFrom(type);

    private static IEnumerable<(Type Type, string Member)> Named(Type type)
    {
        var above = type.GetInterfaces().Append(type.BaseType).OfType<Type>().Select(one => (one, "the declaration"));
        var members = type.GetMembers(Own).SelectMany(member => Signatures.TypesOf(member)
            .Concat(member is MethodBase method ? Instructions.TypesOf(method) : []).Select(one => (one, member.Name)));
        return above.Concat(members).SelectMany(one => Signatures.PartsOf(one.one).Select(part => (part, one.Item2)))
            .Concat(type.GetNestedTypes(Own).SelectMany(Named));
    }

    /// <summary>Where a type is declared.</summary>
    private static string Place(Type type)
    {
        var name = Regex.Escape(type.Name.Split('`')[0]);
        var found = Tree.Sources.Select(path => (Path: path, Text: Tree.Read(path)))
            .Select(
                file => (file.Path, file.Text,
                    Match: Regex.Match(file.Text, $@"\b(?:class|record|struct|interface|enum) {name}\b")))
            .FirstOrDefault(file => file.Match.Success);
        return found.Path is null ? type.FullName! : $"{found.Path}:{Tree.LineOf(found.Text, found.Match.Index)}";
    }

    [GeneratedRegex("(Machine|Rules|Turn)$")]
    private static partial Regex RuleName();
}

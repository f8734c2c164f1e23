using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace OrleansCalls.Tool;

/// <summary>
/// What a command prints: for people on a terminal with colours and progress, without either where it is redirected or <c>NO_COLOR</c> is
/// set, and as JSON for scripts. Results go to standard output; progress and faults to standard error.
/// </summary>
internal sealed class Output
{
    private const int Unbroken = 10_000;

    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Readable = new(OneLine) { WriteIndented = true };

    private readonly IAnsiConsole _out = Make(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = Make(Console.Error, Console.IsErrorRedirected);

    internal Output(bool isJson) => IsJson = isJson;

    /// <summary>Whether scripts read it.</summary>
    internal bool IsJson { get; }

    /// <summary>A text from elsewhere, without what a terminal would take for a command.</summary>
    internal static string Clean(string? text) => string.Concat((text ?? "").Where(c => !char.IsControl(c)));

    /// <summary>A text from elsewhere, in markup.</summary>
    internal static string Safe(string? text) => Markup.Escape(Clean(text));

    /// <summary>One line of markup, for people.</summary>
    internal void Line(string markup)
    {
        if (!IsJson)
            _out.MarkupLine(markup);
    }

    /// <summary>A table, for people.</summary>
    internal void Table(Table table)
    {
        if (!IsJson)
            _out.Write(table);
    }

    /// <summary>The whole answer, for scripts.</summary>
    internal void Json(JsonNode? answer)
    {
        if (IsJson)
            Console.Out.WriteLine(answer?.ToJsonString(Readable) ?? "null");
    }

    /// <summary>One of many answers, on one line, for scripts.</summary>
    internal void JsonLine(JsonNode answer)
    {
        if (!IsJson)
            return;
        Console.Out.WriteLine(answer.ToJsonString(OneLine));
        Console.Out.Flush();
    }

    /// <summary>A fault, on standard error.</summary>
    internal void Fault(string sentence)
    {
        if (IsJson)
            Console.Error.WriteLine(new JsonObject { ["error"] = Clean(sentence) }.ToJsonString(OneLine));
        else
            _error.MarkupLine($"[red]{Safe(sentence)}[/]");
    }

    /// <summary>Does something that takes a while, and shows so where a person looks.</summary>
    internal Task<T> Progress<T>(string what, Func<Task<T>> work) =>
        IsJson || !_error.Profile.Capabilities.Interactive ? work() : _error.Status().StartAsync(Safe(what), _ => work());

    private static IAnsiConsole Make(TextWriter writer, bool isRedirected)
    {
        var isPlain = isRedirected || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isPlain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = isPlain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = isRedirected ? InteractionSupport.No : InteractionSupport.Detect,
        });
        // Whoever reads a file finds each sentence on one line.
        if (isRedirected)
            console.Profile.Width = Unbroken;
        return console;
    }
}

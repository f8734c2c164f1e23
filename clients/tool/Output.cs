using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace OrleansCalls.Tool;

/// <summary>A command's output: text on a terminal with colours and progress, without either where it is redirected or
/// <c>NO_COLOR</c> is set, and JSON for scripts. Results go to standard output; progress and errors to standard
/// error.</summary>
internal sealed class Output
{
    private const int Unbroken = 10_000;

    private static readonly JsonSerializerOptions OneLine = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
    private static readonly JsonSerializerOptions Readable = new(OneLine) { WriteIndented = true };

    private readonly IAnsiConsole _out = Make(Console.Out, Console.IsOutputRedirected);
    private readonly IAnsiConsole _error = Make(Console.Error, Console.IsErrorRedirected);

    internal Output(bool isJson) => IsJson = isJson;

    /// <summary>Whether the output is for scripts.</summary>
    internal bool IsJson { get; }

    /// <summary>An external text without control characters, which a terminal might execute.</summary>
    internal static string Clean(string? text) => string.Concat((text ?? "").Where(c => !char.IsControl(c)));

    /// <summary>An external text, escaped for markup.</summary>
    internal static string Safe(string? text) => Markup.Escape(Clean(text));

    /// <summary>Prints a line of markup, in text mode.</summary>
    internal void Line(string markup)
    {
        if (!IsJson)
            _out.MarkupLine(markup);
    }

    /// <summary>Prints a table, in text mode.</summary>
    internal void Table(Table table)
    {
        if (!IsJson)
            _out.Write(table);
    }

    /// <summary>Prints the complete result, in JSON mode.</summary>
    internal void Json(JsonNode? answer)
    {
        if (IsJson)
            Console.Out.WriteLine(answer?.ToJsonString(Readable) ?? "null");
    }

    /// <summary>Prints one of several results on one line, in JSON mode.</summary>
    internal void JsonLine(JsonNode answer)
    {
        if (!IsJson)
            return;
        Console.Out.WriteLine(answer.ToJsonString(OneLine));
        Console.Out.Flush();
    }

    /// <summary>Prints an error to standard error.</summary>
    internal void Fault(string sentence)
    {
        if (IsJson)
            Console.Error.WriteLine(new JsonObject { ["error"] = Clean(sentence) }.ToJsonString(OneLine));
        else
            _error.MarkupLine($"[red]{Safe(sentence)}[/]");
    }

    /// <summary>Runs a longer operation, with progress on a terminal.</summary>
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
        // In a file each sentence is on one line.
        if (isRedirected)
            console.Profile.Width = Unbroken;
        return console;
    }
}

using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Tool;

/// <summary>The tool as a process, with nothing of this machine's environment that it would go by.</summary>
internal static class Program
{
    internal const string SigningKey = "a key for tests, long enough for HS256";

    private static readonly string[] OfMachine =
        [
            "ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS", "ORLEANSCALLS_URL", "ORLEANSCALLS_TOKEN",
            "Auth__SigningKey", "NO_COLOR",
        ];

    /// <summary>Runs it to its end.</summary>
    internal static async Task<Ran> Run(params string[] arguments)
    {
        await using var process = Start(arguments);
        var (code, output, error) = await process.End();
        return new Ran(code, output, error);
    }

    /// <summary>Starts it.</summary>
    internal static ChildProcess Start(params string[] arguments) => ChildProcess.Start(
        [.. ChildProcess.Dotnet("orleanscalls.dll"), .. arguments],
        OfMachine.Select(name => (name, (string?)null)), Path.GetTempPath());
}

/// <summary>What a run came to.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    /// <summary>The answer for scripts: nothing but JSON.</summary>
    internal JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException(ToString());

    /// <summary>One answer for each line.</summary>
    internal List<JsonNode> Lines =>
        [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Findings of the doctor's check: <c>level sentence</c>.</summary>
    internal List<string> Found(string check) =>
        [
            .. Json["findings"]!.AsArray().Where(one => (string?)one!["check"] == check)
                .Select(one => $"{one!["level"]} {one["sentence"]}"),
        ];
}

/// <summary>A service of its own for all tests of a class: the tool itself, as operators run it.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-tool-").FullName;
    private ChildProcess _process = null!;

    /// <summary>Where it is.</summary>
    public string Url { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _process = Program.Start(
            "--urls=http://127.0.0.1:0", "--environment=Production", $"--Auth:SigningKey={Program.SigningKey}",
            $"--Storage:Path={_data}", "--Gateway:DrainSeconds=1");
        var line = await _process.Line("listening on: ");
        Url = line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
        await _process.Line("Application started");
    }

    public async Task DisposeAsync()
    {
        await _process.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}

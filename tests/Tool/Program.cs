using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Tool;

/// <summary>The tool as a process, with nothing of this machine's environment that it would go by.</summary>
internal static class Program
{
    internal const string SigningKey = "a key for tests, long enough for HS256";
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly string[] OfMachine =
        ["ASPNETCORE_ENVIRONMENT", "DOTNET_ENVIRONMENT", "ASPNETCORE_URLS", "ORLEANSCALLS_URL", "ORLEANSCALLS_TOKEN", "Auth__SigningKey", "NO_COLOR"];

    /// <summary>Runs it to its end.</summary>
    internal static async Task<Ran> Run(params string[] arguments)
    {
        using var process = Start(arguments);
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
            await process.WaitForExitAsync(patience.Token);
            return new Ran(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <summary>Starts it.</summary>
    internal static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orleanscalls.dll"), .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var name in OfMachine)
            start.Environment.Remove(name);
        return Process.Start(start)!;
    }
}

/// <summary>What a run came to.</summary>
internal sealed record Ran(int Code, string Output, string Error)
{
    /// <summary>The answer for scripts: nothing but JSON.</summary>
    internal JsonNode Json => JsonNode.Parse(Output) ?? throw new InvalidOperationException(ToString());

    /// <summary>One answer for each line.</summary>
    internal List<JsonNode> Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    /// <summary>Findings of the doctor's check: <c>level sentence</c>.</summary>
    internal List<string> Found(string check) =>
        [.. Json["findings"]!.AsArray().Where(one => (string?)one!["check"] == check).Select(one => $"{one!["level"]} {one["sentence"]}")];
}

/// <summary>A service of its own for all tests of a class: the tool itself, as operators run it.</summary>
public sealed class ServiceFixture : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-tool-").FullName;
    private Process _process = null!;

    /// <summary>Where it is.</summary>
    public string Url { get; private set; } = "";

    public async Task InitializeAsync()
    {
        _process = Program.Start(
            "--urls=http://127.0.0.1:0", "--environment=Production", $"--Auth:SigningKey={Program.SigningKey}", $"--Storage:Path={_data}", "--Gateway:DrainSeconds=1");
        using var patience = new CancellationTokenSource(Program.Patience);
        _ = _process.StandardError.ReadToEndAsync(CancellationToken.None);
        while (await _process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            if (line.Contains("listening on: ", StringComparison.Ordinal))
                Url = line[line.IndexOf("http", StringComparison.Ordinal)..].Trim();
            if (line.Contains("Application started", StringComparison.Ordinal))
                break;
        }

        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
    }

    public async Task DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }
}

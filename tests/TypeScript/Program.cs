using System.Collections.Concurrent;
using System.Diagnostics;

namespace OrleansCalls.Tests.TypeScript;

/// <summary>A program that a test starts, with what it wrote.</summary>
internal sealed class Program : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly BlockingCollection<string> _lines = [];
    private readonly Process _process;

    private Program(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, data) => Add(data.Data);
        process.ErrorDataReceived += (_, data) => Add(data.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public static Program Start(string folder, string name, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(name, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in environment)
            start.Environment[variable] = value;
        return new Program(Process.Start(start)!);
    }

    /// <summary>Runs a program to its end, which has to be a good one. Returns what it wrote.</summary>
    public static async Task<string> Run(string folder, string name, params string[] arguments)
    {
        await using var program = Start(folder, name, arguments);
        using var patience = new CancellationTokenSource(Patience);
        await program._process.WaitForExitAsync(patience.Token);
        var text = string.Join('\n', program._lines);
        Assert.True(program._process.ExitCode == 0, $"{name} {string.Join(' ', arguments)}\n{text}");
        return text;
    }

    /// <summary>Waits for the next line that begins so.</summary>
    public string Line(string start)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var line = _lines.Take(patience.Token);
                if (line.StartsWith(start, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The program never wrote a line that begins with '{start}'.");
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _lines.Dispose();
    }

    private void Add(string? line)
    {
        if (line is not null && !_lines.IsAddingCompleted)
            _lines.Add(line);
    }
}

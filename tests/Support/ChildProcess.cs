using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Support;

/// <summary>What a program came to that ran to its end.</summary>
/// <param name="Output">Lines of standard output, each with its end.</param>
/// <param name="Error">Lines of standard error.</param>
public sealed record Ended(int Code, string Output, string Error);

/// <summary>A program that a test starts, with what it writes, until it ends or is ended.</summary>
public sealed class ChildProcess : IAsyncDisposable, IDisposable
{
    /// <summary>How long a program may take to start, to say something or to end, on a machine that has much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    // Pipes may be held open by what the program has started itself.
    private static readonly TimeSpan PipePatience = TimeSpan.FromSeconds(10);

    private readonly string _name;
    private readonly Process _process;
    private readonly Action<string, bool>? _heard;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _news = Channel.CreateUnbounded<string>();
    private readonly Task _reading;
    private int _disposed;

    private ChildProcess(string name, Process process, Action<string, bool>? heard)
    {
        (_name, _process, _heard) = (name, process, heard);
        _reading = Read();
    }

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public int Id => _process.Id;

    public bool HasExited
    {
        get
        {
            try
            {
                return _process.HasExited;
            }
            catch (InvalidOperationException)
            {
                // Disposed of in this moment.
                return true;
            }
        }
    }

    /// <summary>Time of processors that it has used.</summary>
    public TimeSpan Processors
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in bytes.</summary>
    public long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>The command that runs a program which was built with the tests.</summary>
    public static string[] Dotnet(string assembly) => ["dotnet", Path.Combine(AppContext.BaseDirectory, assembly)];

    /// <summary>Starts a program.</summary>
    /// <param name="environment">Beside this process' own; null takes a variable away.</param>
    /// <param name="heard">Told of each line, and whether it is one of standard error; for either stream one after another.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> command, IEnumerable<(string Name, string? Value)>? environment = null, string? folder = null, Action<string, bool>? heard = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder ?? "",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        return new ChildProcess(string.Join(' ', command), Process.Start(start)!, heard);
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<Ended> Run(
        IReadOnlyList<string> command, IEnumerable<(string Name, string? Value)>? environment = null, string? folder = null, string input = "",
        TimeSpan? patience = null)
    {
        await using var program = Start(command, environment, folder);
        await program.CloseInput(input);
        return await program.End(patience);
    }

    /// <summary>The same for a program that has to end well; returns what it wrote to standard output.</summary>
    public static async Task<string> Succeed(
        IReadOnlyList<string> command, IEnumerable<(string Name, string? Value)>? environment = null, string? folder = null, TimeSpan? patience = null)
    {
        var (code, output, error) = await Run(command, environment, folder, patience: patience);
        Assert.True(code == 0, $"{string.Join(' ', command)} ended with {code}.\n{output}\n{error}");
        return output;
    }

    /// <summary>The next line of either stream with this text in it; those before it are skipped.</summary>
    /// <exception cref="TimeoutException">None came, or the program has ended.</exception>
    public async Task<string> Line(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (true)
            {
                var line = await _news.Reader.ReadAsync(patience.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            throw new TimeoutException(
                $"{_name} {(exception is ChannelClosedException ? "ended" : $"ran for {Patience}")} without a line with '{text}' in it:\n{Tail()}");
        }
    }

    /// <summary>Until its health endpoint answers 200.</summary>
    public async Task Ready(Uri address, string path = "health/ready")
    {
        using var http = new HttpClient { Timeout = AnswerPatience };
        try
        {
            await Until.Seen(async () =>
            {
                Assert.False(HasExited, $"{_name} ended by itself:\n{Tail()}");
                return await Answer(http, new Uri(address, path));
            }, answer => answer == "OK", $"a good answer of {new Uri(address, path)}", Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{Tail()}", late);
        }
    }

    /// <summary>Writes a line to its standard input.</summary>
    public async Task Write(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync();
    }

    /// <summary>Writes the rest of its standard input. A program that does not read it may have ended already.</summary>
    public async Task CloseInput(string rest = "")
    {
        try
        {
            await _process.StandardInput.WriteAsync(rest);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // Nobody reads.
        }
    }

    /// <summary>Sends it a signal, such as TERM or STOP.</summary>
    public void Signal(string name)
    {
        // Of "ip netns exec" or "sh -c exec" nothing is left once it has become the program it was asked for: the id is the program's own.
        using var kill = Process.Start("kill", [$"-{name}", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Takes its processor time away, which it does not notice.</summary>
    public void Pause() => Signal("STOP");

    /// <summary>Goes on as if nothing had been.</summary>
    public void Resume() => Signal("CONT");

    /// <summary><c>SIGKILL</c>: it ends without a word, as in a crash.</summary>
    public Task<int> Kill()
    {
        Signal("KILL");
        return Exited();
    }

    /// <summary><c>SIGTERM</c>, as every orchestrator does it; returns the exit code.</summary>
    public Task<int> Stop()
    {
        Signal("TERM");
        return Exited();
    }

    /// <summary>Until it has ended, by itself or not; returns the exit code.</summary>
    public async Task<int> Exited() => (await End()).Code;

    /// <summary>Until it has ended, by itself or not.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public async Task<Ended> End(TimeSpan? patience = null)
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(patience ?? Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{_name} did not end in {patience ?? Patience}:\n{Tail()}", late);
        }

        await Drained();
        return new Ended(_process.ExitCode, Text(_output), Text(_errors));
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (!HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await Drained();
        _process.Dispose();
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (!HasExited)
            _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private static async Task<string> Answer(HttpClient http, Uri address)
    {
        try
        {
            using var answer = await http.GetAsync(address);
            return answer.IsSuccessStatusCode ? "OK" : $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
        {
            // Not listening yet.
            return exception.Message;
        }
    }

    private string Tail() => string.Join('\n', _lines.TakeLast(40));

    private async Task Drained()
    {
        try
        {
            await _reading.WaitAsync(PipePatience);
        }
        catch (TimeoutException)
        {
            // What it has started itself goes on.
        }
    }

    private async Task Read()
    {
        try
        {
            await Task.WhenAll(Read(_process.StandardOutput, _output, isError: false), Read(_process.StandardError, _errors, isError: true));
        }
        finally
        {
            _news.Writer.Complete();
        }
    }

    private async Task Read(StreamReader stream, ConcurrentQueue<string> own, bool isError)
    {
        try
        {
            while (await stream.ReadLineAsync() is { } line)
            {
                own.Enqueue(line);
                _lines.Enqueue(line);
                _news.Writer.TryWrite(line);
                _heard?.Invoke(line, isError);
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // It is disposed of.
        }
    }
}

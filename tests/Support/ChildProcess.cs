using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Variables = System.Collections.Generic.IEnumerable<(string Name, string? Value)>;

namespace OrleansCalls.Tests.Support;

/// <summary>A program that a test starts, with what it writes, until it ends or is ended.</summary>
public sealed class ChildProcess : IAsyncDisposable, IDisposable
{
    /// <summary>How long a program may take to start, to write a line or to end, on a machine that has much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly Process _process;
    private readonly ProcessOutput _output;
    private int _disposed;

    private ChildProcess(string name, Process process, Action<string, bool>? heard)
    {
        (_name, _process) = (name, process);
        _output = new ProcessOutput(process, heard);
    }

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyCollection<string> Lines => _output.Lines;

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
    public TimeSpan Processors => Now.TotalProcessorTime;

    /// <summary>Resident memory, in bytes.</summary>
    public long Memory => Now.WorkingSet64;

    private Process Now
    {
        get
        {
            _process.Refresh();
            return _process;
        }
    }

    /// <summary>The command that runs a program which was built with the tests.</summary>
    public static string[] Dotnet(string assembly) => ["dotnet", Path.Combine(AppContext.BaseDirectory, assembly)];

    /// <summary>Starts a program.</summary>
    /// <param name="environment">Beside this process' own; null takes a variable away.</param>
    /// <param name="heard">Called with each line, and whether it is one of standard error; for either stream in order.</param>
    /// <exception cref="System.ComponentModel.Win32Exception">There is no such program.</exception>
    public static ChildProcess Start(
        IReadOnlyList<string> command, Variables? environment = null, string? folder = null, Action<string, bool>? heard = null)
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
        IReadOnlyList<string> command, Variables? environment = null, string? folder = null, string input = "",
        TimeSpan? patience = null)
    {
        await using var program = Start(command, environment, folder);
        await program.CloseInput(input);
        return await program.End(patience);
    }

    /// <summary>The same for a program that has to end well; returns what it wrote to standard output.</summary>
    public static async Task<string> Succeed(
        IReadOnlyList<string> command, Variables? environment = null, string? folder = null, TimeSpan? patience = null)
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
                var line = await _output.Next(patience.Token);
                if (line.Contains(text, StringComparison.Ordinal))
                    return line;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ChannelClosedException)
        {
            var how = exception is ChannelClosedException ? "ended" : $"ran for {Patience}";
            throw new TimeoutException($"{_name} {how} without a line with '{text}' in it:\n{_output.Tail}");
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
                Assert.False(HasExited, $"{_name} ended by itself:\n{_output.Tail}");
                return await Answer(http, new Uri(address, path));
            }, answer => answer == "OK", $"a good answer of {new Uri(address, path)}", Patience);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message}\n{_output.Tail}", late);
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
        // Of "ip netns exec" nothing is left once it has become the program it was asked for: the id is the program's own.
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
            throw new TimeoutException($"{_name} did not end in {patience ?? Patience}:\n{_output.Tail}", late);
        }

        await _output.Drained();
        return new Ended(_process.ExitCode, _output.Output, _output.Errors);
    }

    public async ValueTask DisposeAsync()
    {
        if (!BeginDisposal())
            return;
        await _process.WaitForExitAsync();
        await _output.Drained();
        _process.Dispose();
    }

    public void Dispose()
    {
        if (!BeginDisposal())
            return;
        _process.WaitForExit();
        _process.Dispose();
    }

    // False when it was disposed of before.
    private bool BeginDisposal()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return false;
        if (!HasExited)
            _process.Kill(entireProcessTree: true);
        return true;
    }

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
}

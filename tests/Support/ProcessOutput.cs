using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace OrleansCalls.Tests.Support;

/// <summary>What a process writes, read as it comes: a full pipe would stop it.</summary>
internal sealed class ProcessOutput
{
    // Pipes may be held open by what the program has started itself.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Action<string, bool>? _heard;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _news = Channel.CreateUnbounded<string>();
    private readonly Task _reading;

    public ProcessOutput(Process process, Action<string, bool>? heard)
    {
        _heard = heard;
        _reading = Read(process);
    }

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public string Output => Text(_output);

    public string Errors => Text(_errors);

    /// <summary>The last lines, for messages.</summary>
    public string Tail => string.Join('\n', _lines.TakeLast(40));

    /// <summary>The next line of either stream; fails with <see cref="ChannelClosedException"/> when both have ended.</summary>
    public ValueTask<string> Next(CancellationToken cancellation) => _news.Reader.ReadAsync(cancellation);

    /// <summary>Until all of it is read, once the process has ended.</summary>
    public async Task Drained()
    {
        try
        {
            await _reading.WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            // What it has started itself goes on.
        }
    }

    private static string Text(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));

    private async Task Read(Process process)
    {
        try
        {
            await Task.WhenAll(
                Read(process.StandardOutput, _output, isError: false), Read(process.StandardError, _errors, isError: true));
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
            // The process is disposed of.
        }
    }
}

using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Client;

/// <summary>
/// The receivers of events. A single task dispatches them, in order, so that a callback may call any method of the client.
/// </summary>
internal sealed partial class Subscriptions
{
    private readonly Channel<CallEvent> _queue = Channel.CreateUnbounded<CallEvent>(
        new UnboundedChannelOptions { SingleReader = true });
    private readonly List<Func<CallEvent, Task>> _callbacks = [];
    private readonly List<Channel<CallEvent>> _streams = [];
    private readonly ILogger _logger;
    private bool _completed;

    public Subscriptions(ILogger logger)
    {
        _logger = logger;
        _ = Task.Run(Pump);
    }

    public void Publish(CallEvent what) => _queue.Writer.TryWrite(what);

    public IDisposable Add(Func<CallEvent, Task> callback)
    {
        lock (_callbacks)
            _callbacks.Add(callback);
        return new Registration(() =>
        {
            lock (_callbacks)
                _callbacks.Remove(callback);
        });
    }

    /// <summary>The events from now on; ends with <see cref="Complete"/>.</summary>
    public IAsyncEnumerable<CallEvent> Stream(CancellationToken cancellation)
    {
        var stream = Channel.CreateUnbounded<CallEvent>(new UnboundedChannelOptions { SingleWriter = true });
        lock (_streams)
        {
            if (_completed)
                stream.Writer.Complete();
            else
                _streams.Add(stream);
        }

        return Read(stream, cancellation);
    }

    /// <summary>Completes the subscriptions after the queued events.</summary>
    public void Complete() => _queue.Writer.TryComplete();

    private async IAsyncEnumerable<CallEvent> Read(
        Channel<CallEvent> stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        try
        {
            await foreach (var what in stream.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return what;
        }
        finally
        {
            lock (_streams)
                _streams.Remove(stream);
        }
    }

    private async Task Pump()
    {
        await foreach (var what in _queue.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            lock (_streams)
                _streams.ForEach(stream => stream.Writer.TryWrite(what));
            Func<CallEvent, Task>[] callbacks;
            lock (_callbacks)
                callbacks = [.. _callbacks];
            foreach (var callback in callbacks)
            {
                try
                {
                    await callback(what).ConfigureAwait(false);
                }
                catch (Exception exception)
                {
                    // A failing callback must not block events for the others.
                    LogCallbackFailed(exception, what.GetType().Name, what.CallId);
                }
            }
        }

        lock (_streams)
        {
            _completed = true;
            _streams.ForEach(stream => stream.Writer.TryComplete());
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Callback for {Event} of call {CallId} failed", EventName = "CallbackFailed")]
    private partial void LogCallbackFailed(Exception exception, string @event, string? callId);

    private sealed class Registration(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}

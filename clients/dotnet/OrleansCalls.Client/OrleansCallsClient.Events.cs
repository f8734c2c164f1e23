using System.Text.Json;

namespace OrleansCalls.Client;

// The events: which there are, in which order, and who gets them.
public sealed partial class OrleansCallsClient
{
    /// <summary>
    /// Calls <paramref name="handler"/> for each event of a type, one after another; <see cref="CallEvent"/> itself for all. The
    /// next event waits until the handler completes. What it throws is logged.
    /// </summary>
    /// <returns>Ends the subscription when disposed.</returns>
    public IDisposable On<TEvent>(Func<TEvent, Task> handler)
        where TEvent : CallEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return _subscriptions.Add(what => what is TEvent wanted ? handler(wanted) : Task.CompletedTask);
    }

    /// <inheritdoc cref="On{TEvent}(Func{TEvent, Task})"/>
    public IDisposable On<TEvent>(Action<TEvent> handler)
        where TEvent : CallEvent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return On<TEvent>(what => Ran(() => handler(what)));
    }

    /// <summary>
    /// All events from this call on, also those before the enumeration begins; ends when the client is disposed. Events are kept
    /// until they are read, so what is returned has to be enumerated, once.
    /// </summary>
    /// <param name="cancellation">Ends the enumeration with <see cref="OperationCanceledException"/>.</param>
    public IAsyncEnumerable<CallEvent> ReadEventsAsync(CancellationToken cancellation = default) =>
        _subscriptions.Stream(cancellation);

    private Task Receive(EventTable.Entry entry, JsonElement payload)
    {
        _backOff.Taken();
        switch (Read(entry, payload))
        {
            case OpenCalls open:
                Opened(open);
                break;
            case Reconnect reconnect:
                _ = Leave(TimeSpan.FromMilliseconds(reconnect.AfterMs));
                break;
            case TestRing test:
                _ = AckTestRing(test.TestId);
                break;
            case Displaced:
                _displaced = true;
                break;
            case { } what:
                Raise(what);
                break;
        }

        return Task.CompletedTask;
    }

    private CallEvent? Read(EventTable.Entry entry, JsonElement payload)
    {
        try
        {
            return entry.Read(payload);
        }
        catch (JsonException exception)
        {
            // A newer gateway's event has an unknown shape: ignored like an unknown event.
            LogUnreadable(exception, entry.Name);
            return null;
        }
    }

    private void Raise(CallEvent what)
    {
        if (_order.IsNew(what))
            _subscriptions.Publish(what);
    }

    private void Opened(OpenCalls open)
    {
        Become(ConnectionState.Connected, null);
        foreach (var call in open.Calls)
        {
            foreach (var missed in call.Events ?? [])
            {
                if (EventTable.Entries.TryGetValue(missed.Event, out var entry) && Read(entry, missed.Payload) is { } what)
                    Raise(what);
            }

            if (call.State != CallState.Ended)
                _order.Follow(call.CallId, call.Seq);
            else if (!_order.HasEnded(call.CallId))
                Raise(EndOf(call));
        }

        _subscriptions.Publish(open);
        _opened.TrySetResult();
    }

    /// <summary>Ends a call whose events the service no longer has.</summary>
    private static CallEnded EndOf(Call call) => new()
    {
        CallId = call.CallId,
        Seq = call.Seq,
        Reason = call.EndReason ?? EndReason.Unknown,
        EndedBy = call.EndedBy,
        DurationMs = (long?)(call.EndedAt - call.AnsweredAt)?.TotalMilliseconds,
    };
}

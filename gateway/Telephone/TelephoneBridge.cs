using System.Threading.Channels;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// The bridge to an Asterisk. Of several processes with the same application one is active, since Asterisk sends events to one
/// socket only; the others stand by. All state is in Asterisk and the grains, so that any process can take over.
/// </summary>
internal sealed class TelephoneBridge(
    BridgeServices services, IGrainFactory grains, GatewayIdentity gateway, DrainState drain, TimeProvider time,
    ILogger<TelephoneBridge> log)
    : BackgroundService
{
    /// <summary>The interval of lease renewals: two processes may believe to be active for this long.</summary>
    internal static readonly TimeSpan Renewal = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan StandbyPause = TimeSpan.FromSeconds(2);
    private static readonly Backoff Waits = new(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(10));

    private readonly CancellationTokenSource _leaving = new();
    private readonly AriOptions _ari = services.Options.Ari!;
    private volatile BridgeState _state = BridgeState.Standby;

    /// <summary>The current state of the bridge.</summary>
    public BridgeState State => _state;

    private string Job => $"telephone:{_ari.App}";

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _leaving.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, _leaving.Token, drain.Begun);
        var failures = 0;
        try
        {
            while (true)
            {
                if (!await Hold(stop.Token))
                {
                    _state = BridgeState.Standby;
                    await Task.Delay(StandbyPause, time, stop.Token);
                    continue;
                }

                failures = await Serve(stop.Token) ? 1 : failures + 1;
                // Another process may be able to reach Asterisk.
                await Release();
                await Task.Delay(Waits.Wait(gateway.GatewayId, failures), time, stop.Token);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            _state = BridgeState.Standby;
            await Release();
        }
    }

    /// <summary>Handles calls while Asterisk sends its events here.</summary>
    /// <returns>Returns whether it became active.</returns>
    private async Task<bool> Serve(CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var switchboard = new Switchboard(services, grains, Leave);
        var keeping = Task.CompletedTask;
        var served = false;
        try
        {
            using var events = await AriEvents.Connect(_ari, time, over.Token);
            keeping = KeepLease(over);
            // Events are read immediately: Asterisk closes a socket whose client does not read.
            var waiting = Channel.CreateUnbounded<AriEvent>();
            var reading = ReadAll(events, waiting.Writer, over.Token);
            await switchboard.Find(over.Token);
            served = true;
            _state = BridgeState.Up;
            TelephoneLog.Up(log, _ari.App);
            await foreach (var what in waiting.Reader.ReadAllAsync(over.Token))
                switchboard.Take(what, over.Token);
            if (await reading)
                TelephoneLog.Replaced(log, _ari.App);
            else
                TelephoneLog.Down(log, null);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            TelephoneLog.Replaced(log, _ari.App);
        }
        catch (AriException exception)
        {
            TelephoneLog.Down(log, exception);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            TelephoneLog.Failed(log, exception);
        }
        finally
        {
            _state = BridgeState.Down;
            await over.CancelAsync();
            await switchboard.Settled();
            await keeping;
        }

        return served;
    }

    /// <returns>Returns whether it ended because a newer socket receives the events.</returns>
    private static async Task<bool> ReadAll(AriEvents events, ChannelWriter<AriEvent> waiting, CancellationToken cancellation)
    {
        try
        {
            await foreach (var what in events.Read(cancellation))
            {
                if (what.Type == "ApplicationReplaced")
                    return true;
                waiting.TryWrite(what);
            }
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            waiting.TryComplete();
        }

        return false;
    }

    private async Task KeepLease(CancellationTokenSource over)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Renewal, time, over.Token);
                if (await Ask(over.Token) == false)
                    await over.CancelAsync();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task<bool> Hold(CancellationToken cancellation) => await Ask(cancellation) ?? false;

    // Returns null when the holder is unknown: a moving silo must not cost the calls in progress.
    private async Task<bool?> Ask(CancellationToken cancellation)
    {
        try
        {
            return await grains.GetLease(Job).Hold(gateway.GatewayId, LeaseTime).WaitAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            TelephoneLog.LeaseUnknown(log, exception, _ari.App);
            return null;
        }
    }

    private async Task Release()
    {
        try
        {
            await grains.GetLease(Job).Release(gateway.GatewayId).WaitAsync(Renewal, time, CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The lease expires by itself.
            TelephoneLog.LeaseUnknown(log, exception, _ari.App);
        }
    }

    // On drain: the sooner another process receives the events, the fewer are missed.
    private void Leave() => _leaving.CancelAsync();
}

/// <summary>The state of a bridge.</summary>
internal enum BridgeState
{
    /// <summary>Another process is active, or the lease has not been requested yet.</summary>
    Standby,

    /// <summary>Asterisk sends its events here.</summary>
    Up,

    /// <summary>This process holds the lease, but Asterisk is unreachable.</summary>
    Down,
}

using System.Collections.Immutable;
using OrleansCalls.Calls;
using OrleansCalls.Tests.Simulation.Runtime;

namespace OrleansCalls.Tests.Simulation;

/// <content>The course of a run: bad weather, quiet, hanging up, a look at what is left; now and then a long idle time.</content>
internal sealed partial class World
{
    private readonly SortedDictionary<int, DateTimeOffset> _down = [];
    private bool _people = true;

    /// <summary>Runs it all. Broken rules are in <see cref="Oracle"/>; the first one ends the run.</summary>
    public void Run()
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            _ = SetUp() && BadWeather() && Quiet() && HangUp() && Probe() && (Seed % 10 != 0 || LongIdle());
        }
        catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
        {
            Oracle.IsTrue(false, "simulator", exception.ToString());
        }
        finally
        {
            Totals.Steps = Cluster.Steps;
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private bool SetUp()
    {
        var users = 6 + Next(6);
        for (var i = 0; i < users; i++)
        {
            ImmutableArray<string> blocked = Chance(0.2) ? [$"u{(i + 1 + Next(users - 1)) % users}"] : [];
            var user = new SimUser($"u{i}", blocked, doNotDisturb: Chance(0.08), callWaiting: Chance(0.15));
            for (var d = 1 + Next(3); d > 0; d--)
            {
                var kind = Next(20) switch { < 10 => DeviceKind.Socket, < 14 => DeviceKind.Flaky, < 19 => DeviceKind.Push, _ => DeviceKind.Rest };
                user.Devices.Add(new SimDevice(this, user, $"d{d}", kind));
            }

            _users.Add(user);
        }

        for (var place = 0; place < Cluster.Places; place++)
            StartSilo(place);
        for (var i = 0; i < 2; i++)
            StartGateway();
        foreach (var user in _users)
        {
            Spawn(async () =>
            {
                await Client.GetUser(user.Id).PutSettings(new UserSettings
                {
                    Blocked = user.Blocked, DoNotDisturb = user.DoNotDisturb, CallWaiting = user.CallWaiting,
                });
                await SetTokens(user);
                foreach (var device in user.Devices.Where(d => d.Kind is DeviceKind.Socket or DeviceKind.Flaky))
                    Spawn(device.Connect);
            });
        }

        return Pass(5);
    }

    private async Task SetTokens(SimUser user)
    {
        foreach (var device in user.Devices.Where(d => d.Kind == DeviceKind.Push || (d.Kind == DeviceKind.Flaky && d.Id == "d1")))
        {
            try
            {
                await Client.GetUser(user.Id).SetPushToken(
                    device.Id, device.Id == "d2" ? PushProvider.ApnsVoip : PushProvider.Fcm, $"token-{device}");
            }
            catch (Exception exception) when (IsUnknownOutcome(exception))
            {
                // The app tries again when it starts next.
            }
        }
    }

    private bool BadWeather()
    {
        Spawn(People);
        Spawn(Strangers);
        for (var episodes = 6 + Next(4); episodes > 0; episodes--)
        {
            Weather = Weather.Any(_random);
            Cluster.LongestDelay = Weather.LongestDelay;
            Note($"weather: {Weather.Name}");
            if (!Pass(Between(20, 90)))
                return false;
            if (!Chance(0.1))
                continue;
            // Nobody does anything for a long time, in good weather or bad.
            _people = false;
            Weather = Chance(0.5) ? Weather.Calm : Weather;
            Note("long idle time");
            if (!Pass(Between(300, 1500)))
                return false;
            _people = true;
        }

        _people = false;
        return true;
    }

    private bool Quiet()
    {
        Weather = Weather.Calm;
        Cluster.LongestDelay = Weather.LongestDelay;
        IsQuiet = true;
        Note("quiet");
        foreach (var place in _down.Keys.ToList())
            StartSilo(place);
        foreach (var user in _users)
            Spawn(() => SetTokens(user));
        return Pass(330) && Oracle.NothingRings();
    }

    /// <summary>Whoever is still in a call hangs up, and everybody hears of it.</summary>
    private bool HangUp()
    {
        Note("everybody hangs up");
        foreach (var call in Storage.Calls.Values.Where(c => c.Phase != CallPhase.Ended).ToList())
            foreach (var userId in call.OpenUsers().ToList())
                Spawn(() => _users.First(u => u.Id == userId).Devices[0].Do(call.CallId, new EndCall()));
        return Pass(70) && Oracle.EverybodyHasHeard();
    }

    /// <summary>After all that, anybody can call anybody, rings at once and hears the end at once.</summary>
    private bool Probe()
    {
        Note("probe");
        for (var i = 0; i < _users.Count; i++)
        {
            var caller = _users[i];
            var callee = _users[(i + 1) % _users.Count];
            if (callee.DoNotDisturb || callee.Blocked.Contains(caller.Id))
                continue;
            var callId = $"probe{i}";
            var from = caller.Devices[0];
            CallReply? started = null;
            Spawn(async () => started = await from.Do(
                callId, new StartCall { CallId = callId, CalleeIds = [callee.Id], Media = CallMedia.Audio }));
            if (!Pass(1))
                return false;
            Oracle.IsTrue(started is { Succeeded: true, Call.State: CallPhase.Ringing or CallPhase.Connecting or CallPhase.Active }
                || started?.Call is { EndReason: EndReason.Rejected or EndReason.Completed }, "probe",
                $"{caller.Id} cannot call {callee.Id} in quiet times: {started?.Error?.Detail} {started?.Call?.State} {started?.Call?.EndReason}");
            Spawn(() => from.Do(callId, new EndCall()));
            if (!Pass(2))
                return false;
        }

        return Pass(60) && Oracle.EverybodyHasHeard();
    }

    /// <summary>Calls whose people have vanished end by themselves within a day, and leave nothing behind in memory.</summary>
    private bool LongIdle()
    {
        Note("everybody vanishes");
        var (from, to) = (_users[0], _users[1]);
        Spawn(() => from.Devices[0].Do("vanished", new StartCall { CallId = "vanished", CalleeIds = [to.Id], Media = CallMedia.Audio }));
        if (!Pass(1))
            return false;
        Spawn(() => to.Devices[0].Do("vanished", new AcceptCall()));
        if (!Pass(1))
            return false;
        foreach (var gateway in _gateways)
            gateway.Crash();
        _gateways.Clear();
        return Pass(25 * 3600, slice: 600) && Oracle.NothingIsLeft();
    }


    private async Task People()
    {
        while (!IsQuiet)
        {
            await Sleep(Between(0.2, 6));
            if (!_people || !Cluster.IsUp)
                continue;
            var caller = AnyUser();
            var device = Pick(caller.Devices);
            var media = Chance(0.5) ? CallMedia.Audio : CallMedia.Video;
            switch (Next(20))
            {
                case < 12:
                    Start(device, [AnyUser(caller).Id], media);
                    break;
                case < 16:
                    Start(device, [.. _users.Where(u => u != caller && Chance(0.4)).Select(u => u.Id).DefaultIfEmpty(AnyUser(caller).Id)], media);
                    break;
                case < 19:
                    // Glare, on purpose.
                    var callee = AnyUser(caller);
                    Start(device, [callee.Id], media);
                    After(Between(0, 0.1), () => Start(Pick(callee.Devices), [caller.Id], Chance(0.7) ? media : CallMedia.Audio));
                    break;
                default:
                    // The hang-up overtakes its call.
                    var callId = NewCallId();
                    Spawn(() => device.Do(callId, new EndCall()));
                    After(Between(0, 0.1), () => Spawn(() => device.Ring(callId, [AnyUser(caller).Id], media)));
                    break;
            }
        }
    }

    private void Start(SimDevice device, ImmutableArray<string> callees, CallMedia media)
    {
        var callId = NewCallId();
        Totals.Calls++;
        Spawn(() => device.Ring(callId, callees, media));
    }

    /// <summary>People who have no business in a call try everything; operators look and end; people acknowledge what they missed.</summary>
    private async Task Strangers()
    {
        while (!IsQuiet)
        {
            await Sleep(Between(1, 8));
            if (Storage.Calls.Count == 0 || !Cluster.IsUp)
                continue;
            var call = Chance(0.7) ? Storage.Calls.Values.Last() : Pick([.. Storage.Calls.Values]);
            var user = AnyUser();
            var actor = new Actor { UserId = Chance(0.3) ? "mallory" : user.Id, DeviceId = "forged", OverSocket = Chance(0.5) };
            try
            {
                switch (Next(12))
                {
                    case 0 when Chance(0.3):
                        await Execute(call.CallId, new EndByAdmin());
                        break;
                    case 1:
                        await Client.GetUser(user.Id).AckMissedCalls(Now - TimeSpan.FromSeconds(Between(0, 60)), "d1");
                        break;
                    case var n when !call.IsParty(actor.UserId):
                        await Execute(call.CallId, Forged(n, call) with { Actor = actor });
                        break;
                    default:
                        await Execute("unknown", new AcceptCall { Actor = actor });
                        break;
                }
            }
            catch (Exception exception) when (IsUnknownOutcome(exception))
            {
                // Nobody waits for it.
            }
        }
    }

    private static CallCommand Forged(int n, CallState call) => n switch
    {
        2 => new AcceptCall(),
        3 => new RejectCall(),
        4 => new ReadyCall(),
        5 => new MoveCall(),
        6 => new SendSignal { Kind = SignalKind.Custom, Payload = """{"n":0,"d":"forged"}""", ToUserId = call.Caller.UserId },
        7 => new StartCall { CallId = call.CallId, CalleeIds = [call.Caller.UserId], Media = CallMedia.Audio },
        8 => new InviteToCall { CalleeIds = ["mallory2"] },
        9 => new ReadCall { AfterSeq = 0 },
        10 => new AckRinging(),
        11 => new RequestOffer(),
        _ => new EndCall(),
    };

    /// <summary>Lets time pass, with crashes between any two steps.</summary>
    private bool Pass(double seconds, double slice = 0.5)
    {
        var end = Now + TimeSpan.FromSeconds(seconds);
        while (Now < end)
        {
            var until = Now + TimeSpan.FromSeconds(slice);
            while (Cluster.Step(until))
                Crashes();
            Cluster.RunFor(TimeSpan.FromTicks(Math.Max(0, (until - Now).Ticks)));
            foreach (var place in _down.Where(silo => Now >= silo.Value).Select(silo => silo.Key).ToList())
                StartSilo(place);
            Oracle.Sweep();
            if (Oracle.Violation is not null)
                return false;
        }

        return true;
    }

    private void Crashes()
    {
        var weather = Weather;
        if (weather.ActivationCrash > 0 && Chance(weather.ActivationCrash) && Cluster.IsUp)
        {
            var victims = Cluster.Activations.ToList();
            if (Storage.Writing.Count > 0 && Chance(0.5) && victims.FindAll(one => Storage.Writing.Contains(one.GrainId)) is { Count: > 0 } writing)
                victims = writing;
            if (victims.Count > 0)
            {
                var victim = Pick(victims);
                Fault("activation_crashed");
                Note($"{victim.GrainId} crashed");
                Cluster.Crash(victim);
                Oracle.Crashed(victim.GrainId);
            }
        }

        if (weather.SiloCrash > 0 && Chance(weather.SiloCrash) && Cluster.IsUp)
        {
            Fault("silo_crashed");
            // Now and then all of them at once.
            foreach (var silo in Chance(0.2) ? Cluster.Alive : [Pick(Cluster.Alive)])
                CrashSilo(silo);
        }

        if (weather.CutOff > 0 && Chance(weather.CutOff) && Cluster.Up.Count > 1)
            CutOff(Pick(Cluster.Up));

        if (weather.Split > 0 && Chance(weather.Split) && Cluster.Activations.Where(IsCall).ToList() is { Count: > 0 } activations)
        {
            var (torn, time) = (Pick(activations), TimeSpan.FromSeconds(Between(0.5, 20)));
            if (Cluster.Split(torn, time))
            {
                Fault("split_brain");
                Note($"{torn.GrainId} may be in two silos for {time.TotalSeconds:F1} s");
                Oracle.Split(torn.GrainId, Now + time);
                FaultLasts(time);
            }
        }

        if (weather.GatewayCrash > 0 && Chance(weather.GatewayCrash))
        {
            Fault("gateway_crashed");
            var dead = Pick(_gateways);
            _gateways.Remove(dead);
            StartGateway();
            dead.Crash();
        }

        if (weather.SocketDrop > 0 && Chance(weather.SocketDrop))
        {
            var connections = _gateways.SelectMany(gateway => gateway.Connections).ToList();
            if (connections.Count > 0)
            {
                Fault("socket_dropped");
                Pick(connections).Break();
            }
        }
    }

    private void CrashSilo(SimulatedSilo silo)
    {
        var unnoticed = TimeSpan.FromSeconds(Between(0.1, 8));
        Note($"silo {silo.Place} crashes with {silo.Activations.Count} activations, unnoticed for {unnoticed.TotalSeconds:F1} s");
        Cluster.Crash(silo, unnoticed);
        Oracle.Crashed(silo.Activations.Keys);
        FaultLasts(unnoticed);
        _down[silo.Place] = Now + TimeSpan.FromSeconds(Between(0.1, 15));
    }

    private void CutOff(SimulatedSilo silo)
    {
        Fault("silo_cut_off");
        var time = TimeSpan.FromSeconds(Between(1, 15));
        Note($"silo {silo.Place} is cut off with {silo.Activations.Count} activations for {time.TotalSeconds:F1} s");
        Cluster.CutOff(silo);
        foreach (var grain in silo.Activations.Keys)
            Oracle.Split(grain, Now + time);
        After(time.TotalSeconds, () =>
        {
            if (!silo.IsDead)
                CrashSilo(silo);
        });
        FaultLasts(time);
    }

    private void StartSilo(int place)
    {
        if (_down.Remove(place))
            LastFault = Now;
        Note($"silo {place} starts");
        Cluster.Start(place);
    }

    private static bool IsCall(Activation activation) => activation.GrainInstance is CallGrain;

    private void FaultLasts(TimeSpan time) => After(time.TotalSeconds, () => LastFault = Now);

    private void StartGateway()
    {
        var gateway = new SimGateway(this, $"g{++_gatewayLives}");
        _gateways.Add(gateway);
        Spawn(gateway.RenewForEver);
    }
}

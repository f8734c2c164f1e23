using System.Collections.Immutable;
using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Simulation;

/// <content>The course of a run: bad weather, quiet, hanging up, a look at what is left; now and then a long idle time.</content>
internal sealed partial class World
{
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
                var kind = Next(20) switch
                {
                    < 10 => DeviceKind.Socket, < 14 => DeviceKind.Flaky, < 19 => DeviceKind.Push, _ => DeviceKind.Rest,
                };
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
            Weather = _always ?? Weather.Any(_random);
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
            Oracle.IsTrue(
                started is { Succeeded: true, Call.State: CallPhase.Ringing or CallPhase.Connecting or CallPhase.Active }
                    || started?.Call is { EndReason: EndReason.Rejected or EndReason.Completed }, "probe",
                $"{caller.Id} cannot call {callee.Id} in quiet times: {started?.Error?.Detail} {started?.Call?.State} {started?.Call?.EndReason}");
            Spawn(() => from.Do(callId, new EndCall()));
            if (!Pass(2))
                return false;
        }

        return Pass(60) && Oracle.EverybodyHasHeard();
    }

    /// <summary>
    /// Calls whose people have vanished end by themselves in minutes, with sockets or without, and
    /// leave nothing behind in memory.
    /// </summary>
    private bool LongIdle()
    {
        Note("everybody vanishes");
        var (from, to) = (_users[0], _users[1]);
        Spawn(
            () => from.Devices[0].Do(
                "vanished", new StartCall { CallId = "vanished", CalleeIds = [to.Id], Media = CallMedia.Audio }));
        if (!Pass(1))
            return false;
        Spawn(() => to.Devices[0].Do("vanished", new AcceptCall()));
        if (!Pass(1))
            return false;
        var (silent, other) =
            (_users[2].Id, _users.Skip(3).First(user => !user.DoNotDisturb && !user.Blocked.Contains(_users[2].Id)).Id);
        Spawn(() => Execute("silent", new StartCall
        {
            CallId = "silent", Actor = new Actor { UserId = silent }, CalleeIds = [other], Media = CallMedia.Audio,
        }));
        if (!Pass(1))
            return false;
        Spawn(() => Execute("silent", new AcceptCall { Actor = new Actor { UserId = other } }));
        if (!Pass(1))
            return false;
        foreach (var gateway in _gateways)
            gateway.Crash();
        _gateways.Clear();
        return Pass(180) && Oracle.NobodyIsInACall() && Pass(25 * 3600, slice: 600) && Oracle.NothingIsLeft();
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
                    Start(
                        device,
                        [.. _users.Where(u => u != caller && Chance(0.4)).Select(u => u.Id).DefaultIfEmpty(AnyUser(caller).Id)],
                        media);
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
}

using OrleansCalls.Tests.Simulation.Runtime;

namespace OrleansCalls.Tests.Simulation;

/// <content>What the weather does to silos, activations, gateways and clocks, between any two steps.</content>
internal sealed partial class World
{
    private readonly SortedDictionary<int, DateTimeOffset> _down = [];

    private void Crashes()
    {
        var weather = Weather;
        if (weather.ActivationCrash > 0 && Chance(weather.ActivationCrash) && Cluster.IsUp)
        {
            var victims = Cluster.Activations.ToList();
            if (Storage.Writing.Count > 0 && Chance(0.5)
                && victims.FindAll(one => Storage.Writing.Contains(one.GrainId)) is { Count: > 0 } writing)
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

        if (weather.ClockStep > 0 && Chance(weather.ClockStep))
        {
            // No excuse for anything.
            Count("clock_stepped");
            var step = TimeSpan.FromSeconds((Chance(0.5) ? 1 : -1) * Math.Pow(10, Between(0, 3)));
            Note($"the wall clock steps by {step.TotalSeconds:F1} s");
            ClockWasSetBack |= step < TimeSpan.Zero;
            Time.StepWallClock(step);
        }

        if (weather.CutOff > 0 && Chance(weather.CutOff) && Cluster.Up.Count > 1)
            CutOff(Pick(Cluster.Up));

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

    private void FaultLasts(TimeSpan time) => After(time.TotalSeconds, () => LastFault = Now);

    private void StartGateway()
    {
        var gateway = new SimGateway(this, $"g{++_gatewayLives}");
        _gateways.Add(gateway);
        Spawn(gateway.RenewForEver);
    }
}

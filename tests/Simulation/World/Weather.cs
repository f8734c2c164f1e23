namespace OrleansCalls.Tests.Simulation;

/// <summary>
/// What goes wrong for a while, and how often. Shares are of messages, writes and so on; crashes are counted by steps.
/// </summary>
internal sealed record Weather(string Name)
{
    public static readonly Weather Calm = new("calm");

    private static readonly Weather[] Bad =
    [
        Calm,
        new("lossy network")
        {
            LoseRequest = 0.02, LoseAnswer = 0.02, Delay = 0.3, LongestDelay = TimeSpan.FromSeconds(2),
        },
        new("bad storage")
        {
            WriteLost = 0.05, WriteLanded = 0.05, WriteConflict = 0.03, WriteSlow = 0.3, ReadFails = 0.05, IndexFails = 0.1,
        },
        new("crashing activations") { ActivationCrash = 1.0 / 600, WriteSlow = 0.3 },
        new("crashing silos") { SiloCrash = 1.0 / 4000, WriteSlow = 0.2 },
        new("split brain") { CutOff = 1.0 / 1500, WriteSlow = 0.3 },
        new("crashing gateways") { GatewayCrash = 1.0 / 3000, SocketDrop = 1.0 / 800, DeliveryLost = 0.02 },
        new("poor aftercare") { PushFails = 0.3, PushSlow = 0.5, IndexFails = 0.3, BackEndFails = 0.3, BackEndSlow = 0.3 },
        new("the app's back end is down") { BackEndFails = 1, BackEndSlow = 0.3, ActivationCrash = 1.0 / 3000 },
        new("everything")
        {
            LoseRequest = 0.01, LoseAnswer = 0.01, Delay = 0.3, LongestDelay = TimeSpan.FromSeconds(1), WriteLost = 0.02,
            WriteLanded = 0.02, WriteConflict = 0.02, WriteSlow = 0.2, ReadFails = 0.02, IndexFails = 0.1,
            PushFails = 0.2, PushSlow = 0.3, ActivationCrash = 1.0 / 1500, SiloCrash = 1.0 / 12000,
            CutOff = 1.0 / 12000,
            GatewayCrash = 1.0 / 6000, SocketDrop = 1.0 / 2000, DeliveryLost = 0.005,
            BackEndFails = 0.2, BackEndSlow = 0.2,
        },
    ];

    public double LoseRequest { get; init; }

    public double LoseAnswer { get; init; }

    /// <summary>A delay of some milliseconds is no fault, and lets things cross.</summary>
    public double Delay { get; init; } = 0.2;

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMilliseconds(40);

    public double WriteLost { get; init; }

    public double WriteLanded { get; init; }

    public double WriteConflict { get; init; }

    public double WriteSlow { get; init; }

    public double ReadFails { get; init; }

    public double IndexFails { get; init; }

    public double PushFails { get; init; }

    public double PushSlow { get; init; }

    public double BackEndFails { get; init; }

    public double BackEndSlow { get; init; }

    public double ActivationCrash { get; init; }

    public double SiloCrash { get; init; }

    /// <summary>The cluster takes a silo for dead that lives on for a while, with all its grains.</summary>
    public double CutOff { get; init; }

    /// <summary>The wall clock of the service steps, forward or back. No part of the usual weather.</summary>
    public double ClockStep { get; init; }

    public double GatewayCrash { get; init; }

    public double SocketDrop { get; init; }

    /// <summary>A gateway says that it has written to a connection, and the bytes are lost with its socket.</summary>
    public double DeliveryLost { get; init; }

    /// <summary>The clock steps, and silos that follow it come and go.</summary>
    public static readonly Weather BadClock = new("stepping clock")
    {
        ClockStep = 1.0 / 400, SiloCrash = 1.0 / 8000, ActivationCrash = 1.0 / 3000, WriteSlow = 0.1,
    };

    public static Weather Any(Random random) => Bad[random.Next(Bad.Length)];
}

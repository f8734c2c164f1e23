using Microsoft.Extensions.Options;

namespace OrleansCalls.Calls;

/// <summary>Times and limits of calls; section <c>Calls</c> of the configuration.</summary>
public sealed class CallOptions
{
    /// <summary>Ring time when the caller asks for none. 10-180 s, default 60 s.</summary>
    public TimeSpan Ring { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>What must remain of the ring when the first device starts alerting. 0-180 s, default 30 s.</summary>
    public TimeSpan RingAfterAlert { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>From accept to ready. 1-120 s, default 20 s.</summary>
    public TimeSpan Ready { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>From the first media report to connected. 1-300 s, default 30 s.</summary>
    public TimeSpan Connect { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often progress restarts <see cref="Connect"/>. 0-100, default 3.</summary>
    public int ConnectResets { get; set; } = 3;

    /// <summary>How long a caller's device may be away while ringing. 1-600 s, default 20 s.</summary>
    public TimeSpan CallerAway { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How long a party's device may be away after the answer. 1-600 s, default 30 s.</summary>
    public TimeSpan PartyAway { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an answered call goes on in which no party has had a socket, without a command or a read of any. 30 s to 24 h, default 2 minutes.
    /// </summary>
    public TimeSpan PartySilent { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>The longest call. 1 minute to 24 h, default 24 h: the tombstone of an id lives longer than any call.</summary>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromHours(24);

    /// <summary>Unanswered rings of one pair within <see cref="PairWindow"/>; 0 for no limit. 0-1000, default 3.</summary>
    public int PairRings { get; set; } = 3;

    /// <summary>See <see cref="PairRings"/>. 1 s to 1 h, default 2 minutes.</summary>
    public TimeSpan PairWindow { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Calls that one user may start, and invite into, within a minute; 0 for no limit. 0-100,000, default 60.</summary>
    public int StartsPerMinute { get; set; } = 60;

    /// <summary>Different people whom one user may ring within a minute; 0 for no limit. 0-100,000, default 100.</summary>
    public int CalleesPerMinute { get; set; } = 100;

    /// <summary>
    /// Open calls of one user: at more a start is refused, and a callee is busy; 0 for no limit. 0-100,000, default 200.
    /// </summary>
    public int OpenCalls { get; set; } = 200;

    /// <summary>How long a connected device may take to acknowledge a ring before it is pushed as well. 0.1-30 s, default 2 s.</summary>
    public TimeSpan AckWindow { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a gateway's word for a connection holds. 10-600 s, default 60 s.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(60);
}

/// <summary>Stops the program over a setting out of its range, with one sentence naming it.</summary>
public sealed class CallOptionsValidator : IValidateOptions<CallOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, CallOptions options)
    {
        var failures = new List<string>();
        Range(nameof(options.Ring), options.Ring, CallLimits.MinRing, CallLimits.MaxRing);
        Range(nameof(options.RingAfterAlert), options.RingAfterAlert, TimeSpan.Zero, CallLimits.MaxRing);
        Range(nameof(options.Ready), options.Ready, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120));
        Range(nameof(options.Connect), options.Connect, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(300));
        Range(nameof(options.CallerAway), options.CallerAway, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(600));
        Range(nameof(options.PartyAway), options.PartyAway, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(600));
        Range(nameof(options.PartySilent), options.PartySilent, TimeSpan.FromSeconds(30), TimeSpan.FromHours(24));
        Range(nameof(options.MaxDuration), options.MaxDuration, TimeSpan.FromMinutes(1), TimeSpan.FromHours(24));
        Range(nameof(options.PairWindow), options.PairWindow, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        Range(nameof(options.AckWindow), options.AckWindow, TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(30));
        Range(nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(600));
        Count(nameof(options.ConnectResets), options.ConnectResets, 100);
        Count(nameof(options.PairRings), options.PairRings, 1000);
        Count(nameof(options.StartsPerMinute), options.StartsPerMinute, 100_000);
        Count(nameof(options.CalleesPerMinute), options.CalleesPerMinute, 100_000);
        Count(nameof(options.OpenCalls), options.OpenCalls, 100_000);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void Range(string setting, TimeSpan value, TimeSpan least, TimeSpan most)
        {
            if (value < least || value > most)
                failures.Add($"Calls__{setting} must be {least} to {most}, not {value}.");
        }

        void Count(string setting, int value, int most)
        {
            if (value < 0 || value > most)
                failures.Add($"Calls__{setting} must be 0 to {most}, not {value}.");
        }
    }
}

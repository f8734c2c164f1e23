using Orleans.Storage;
using OrleansCalls.Calls;
using OrleansCalls.History;

namespace OrleansCalls.Tests.Simulation;

/// <summary>A defect planted around the product, which the simulation has to find.</summary>
internal sealed record Mutant(string Name)
{
    public Func<CallState?, CallCommand, CallContext, Decision>? Decide { get; init; }

    public Func<IGrainStorage, IGrainStorage>? Storage { get; init; }

    public Func<ICallHistory, ICallHistory>? History { get; init; }

    public Func<IReminderTable, IReminderTable>? Reminders { get; init; }

    public override string ToString() => Name;
}

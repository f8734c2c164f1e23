using System.Text;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>The table in grains/Calls/states.md is what the machine does, cell by cell.</summary>
public sealed class StateTableTests
{
    [Fact]
    public void StateTable_OfTheMachine_IsTheOneInTheDocuments() => DocumentedTable.Check("grains/Calls/states.md", Render());

    [Fact]
    public void StateTable_OfEveryWayToEnd_IsTheSame()
    {
        var first = Mask(Situations.Ended[0]);
        Assert.All(Situations.Ended, way => Assert.Equal(first, Mask(way)));

        static string Mask((EndReason Reason, Func<Bench> Reach) way)
        {
            Assert.Equal((CallPhase.Ended, way.Reason), (way.Reach().Phase, way.Reach().Reason));
            // Only a call that was answered is rated.
            var rows = StateTable.Rows(way.Reach, ["A1", "A2", "A", "B1", "B2", "B", "X1"]).Split('\n');
            return string.Join('\n', rows.Where(row => !row.StartsWith("| RateCall |", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void StateTable_HasEveryCommand()
    {
        var inTable = StateTable.Asked.Select(a => a.Make("A1").GetType()).Concat(
            StateTable.Said.Select(s => s.Make(new Bench()).GetType()));
        var all = typeof(CallCommand).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CallCommand)));
        Assert.Equal(Names(all), Names(inTable));

        static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.Name).Distinct().Order();
    }

    [Fact]
    public void StateTable_HasEveryPhase()
    {
        var benches = Situations.OneToOne.Concat(Situations.Group).Select(s => s.Reach())
            .Concat(Situations.Ended.Select(way => way.Reach())).ToList();
        Assert.Equal(Enum.GetValues<CallPhase>(), benches.Select(b => b.Phase).Distinct().Order());
        var blocked = Situations.Then(new Bench().Will("B", AdmissionOutcome.Blocked), c => c.Start());
        blocked.Tick(60);
        var legs = benches.Append(blocked).SelectMany(b => b.Call.Legs).Select(leg => leg.Phase);
        Assert.Equal(Enum.GetValues<LegPhase>(), legs.Distinct().Order());
        var decided = Enum.GetValues<EndReason>().Where(reason => reason.IsStored());
        Assert.Equal(decided, Situations.Ended.Select(way => way.Reason).Order());
    }

    [Fact]
    public void Machine_UnknownCommand_IsADefectNotSilence() =>
        Assert.Throws<System.Diagnostics.UnreachableException>(() => Situations.Active().Do(new UnknownCommand()));

    private static string Render()
    {
        var text = new StringBuilder();
        foreach (var (heading, rows) in StateTable.All())
        {
            text.Append("## ").Append(heading)
                .Append("\n\n| command | by | reply | becomes | told | written |\n|---|---|---|---|---|---|\n");
            text.Append(rows.ReplaceLineEndings("\n")).Append('\n');
        }

        return text.ToString();
    }

    private sealed record UnknownCommand : CallCommand;
}

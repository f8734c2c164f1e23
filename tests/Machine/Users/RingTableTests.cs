using System.Text;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>The table in grains/Users/rings.md is what the machine does, cell by cell.</summary>
public sealed class RingTableTests
{
    [Fact]
    public void RingTable_OfTheMachine_IsTheOneInTheDocuments()
    {
        var text = new StringBuilder();
        foreach (var (heading, rows) in RingTable.All())
        {
            text.Append("## ").Append(heading).Append("\n\n")
                .Append(
                    "| socket | token | sent | acked | push | does | becomes | next push |\n|---|---|---|---|---|---|---|---|\n")
                .Append(rows).Append('\n');
        }

        DocumentedTable.Check("grains/Users/rings.md", text.ToString());
    }

    [Fact]
    public void RingTable_HasEveryInput()
    {
        var all = typeof(RingInput).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(RingInput)));
        var cell = RingTable.Cells().Last();
        Assert.Equal(Names(all), Names(RingTable.Inputs.Select(input => input.Make(cell).GetType())));

        static IEnumerable<string> Names(IEnumerable<Type> types) => types.Select(type => type.Name).Distinct().Order();
    }

    [Fact]
    public void Ring_ThatIsOver_StaysAsItIs_WhateverComes_ButTheOutcomeOfAPush()
    {
        foreach (var cell in RingTable.Cells(isOver: true))
        {
            foreach (var input in RingTable.Inputs.Select(input => input.Make(cell)).Where(input => input is not RingPushEnded))
            {
                var (context, decision) = RingTable.Decide(cell, input, Bench.T0.AddSeconds(30));
                // ImmutableArrays are equal when they are the same, which all empty ones are.
                Assert.Equal(new RingDecision(cell.Ring), decision);
                Assert.Null(RingMachine.NextPush(decision.Ring, context));
            }
        }
    }

    [Fact]
    public void Machine_UnknownInput_IsADefectNotSilence() => Assert.Throws<System.Diagnostics.UnreachableException>(
        () => RingTable.Decide(RingTable.Cells().First(), new UnknownInput(), Bench.T0));

    private sealed record UnknownInput : RingInput;
}

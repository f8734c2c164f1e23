using System.Reflection;
using Xunit.Abstractions;

namespace OrleansCalls.Tests.Simulation;

/// <summary>That the simulation finds bugs is shown by planting some: each has to break the rule that forbids it, soon.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Patience = 30;

    [Theory]
    [InlineData("the tombstone is not looked at", "forward", "seq", "one_end", "an_ended_call_never_rings", "leg_forward")]
    [InlineData("users are notified before the write", "persist_then_tell", "acknowledged_is_kept", "webhook_true")]
    [InlineData("no number is set aside for rings", "persist_then_tell", "acknowledged_is_kept")]
    [InlineData("the second accept wins", "first_accept_wins", "leg_forward")]
    [InlineData("timers do not end rings", "deadline")]
    [InlineData("silence ends no call", "silence_ends")]
    [InlineData("open calls are not kept", "deadline", "history", "quiet_ends_rings", "webhooks", "webhook_kept", "missed_once")]
    [InlineData("history is not written with the end", "history")]
    [InlineData("signals overtake", "signals_in_order")]
    [InlineData("missed calls are forgotten", "missed_once", "webhook_kept")]
    [InlineData("callees do not hear of a cancel", "both_hear_the_end", "rings_on")]
    [InlineData("signals go to all devices", "bound_devices")]
    [InlineData("blocked callers ring", "blocked", "may_not_ring")]
    [InlineData("a webhook that fails is given up", "webhook_kept", "webhooks", "webhooks_in_order")]
    [InlineData("a slow push is sent again", "one_push", "one_missed_push")]
    public void Mutant_IsFoundOut(string name, params string[] rules)
    {
        for (var seed = 1; seed <= Patience; seed++)
        {
            var world = new World(seed, Mutants.All[name]);
            world.Run();
            if (world.Oracle.Violation is not { } violation)
                continue;
            output.WriteLine($"found by seed {seed} after {world.Totals.Calls} calls: {violation.Rule}: {violation.Detail}");
            Assert.Contains(violation.Rule, rules);
            return;
        }

        Assert.Fail($"{Patience} seeds did not find it");
    }

    [Fact]
    public void EveryMutant_HasItsTest()
    {
        var tested = typeof(MutationTests).GetMethod(nameof(Mutant_IsFoundOut))!.GetCustomAttributesData()
            .Where(data => data.AttributeType == typeof(InlineDataAttribute))
            .Select(data => ((IReadOnlyList<CustomAttributeTypedArgument>)data.ConstructorArguments[0].Value!)[0].Value);
        Assert.Equal(Mutants.All.Keys, tested.Cast<string>().Order(StringComparer.Ordinal));
    }
}

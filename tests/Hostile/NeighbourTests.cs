using System.Diagnostics;
using System.Globalization;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// What 1,000 hostile sockets cost everybody else: the time from a start to the callee's ring, before and beside them.
/// </summary>
public sealed class NeighbourTests
{
    private const int Sockets = 1_000;
    private const int Samples = 200;

    [Fact]
    public async Task HostileSockets_LetTheOthersBe()
    {
        await using var program = await Program.Start(
            ("Gateway__MessageBurst", "100000"), ("Calls__StartsPerMinute", "0"), ("Calls__CalleesPerMinute", "0"),
            ("Calls__PairRings", "0"));
        await using var callee = await Hub.Connect(program.Address, Tokens.Of("callee"));
        // The first are the runtime's warm-up.
        await Measure(program, callee);
        var usual = await Measure(program, callee);
        var beside = new double[Samples];
        await using (new Pests(program.Address, Sockets))
            beside = await Measure(program, callee);
        Figures.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"start -> ring: p50 {At(usual, 50):0.0} ms, p99 {At(usual, 99):0.0} ms; beside {Sockets} hostile sockets p50 {At(beside, 50):0.0} ms, p99 {At(beside, 99):0.0} ms"));
        Assert.False(program.HasExited);
    }

    private static double At(double[] sorted, int percent) => sorted[sorted.Length * percent / 100];

    // Every call rings, whoever else is there.
    private static async Task<double[]> Measure(Program program, Hub callee)
    {
        var phones = new Phones(program);
        var times = new double[Samples];
        for (var i = 0; i < Samples; i++)
        {
            var id = Guid.NewGuid().ToString("N");
            var began = Stopwatch.GetTimestamp();
            var ringing = callee.Until(
                message => (string?)message["target"] == "CallIncoming" && (string?)message["arguments"]![0]!["callId"] == id);
            Assert.Equal(
                200,
                await phones.Post("caller", "/api/v1/calls", $$"""{"callId":"{{id}}","calleeIds":["callee"],"media":"audio"}"""));
            await ringing;
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            Assert.Equal(200, await phones.Post("caller", $"/api/v1/calls/{id}/end", "{}"));
            await callee.Until(message => (string?)message["target"] == "CallEnded");
        }

        Array.Sort(times);
        return times;
    }
}

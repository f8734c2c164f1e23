using System.Globalization;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>What a machine may deny the program, or do to it: descriptors, memory, processor time.</summary>
public sealed class MachineTests
{
    private const string Heap = "0x8000000"; // 128 MiB

    /// <summary>
    /// No descriptor is left for one more connection: those that are there go on, nothing spins, and
    /// newcomers are taken again later.
    /// </summary>
    [Fact]
    public async Task Descriptors_ThatRunOut_RefuseSoftly_AndNothingSpins()
    {
        await using var program = await Program.Start();
        var phones = new Phones(program);
        Assert.Equal(200, await phones.Post("before", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
        await using var open = await Hub.Connect(program.Address, Tokens.Of("bystander"));
        await Descriptors(program, Directory.GetFiles($"/proc/{program.Id}/fd").Length + 3);
        List<Socket> waiting = [];
        for (var i = 0; i < 40; i++)
        {
            // The system takes them, for as many as may wait there.
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            waiting.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, program.Address.Port);
        }

        var before = program.Processors;
        var watch = Stopwatch.StartNew();
        await Until.Passed(TimeSpan.FromSeconds(2));
        var share = (program.Processors - before) / watch.Elapsed;
        Figures.Write(string.Create(CultureInfo.InvariantCulture, $"Without descriptors: {share:P0} of one processor"));
        Assert.InRange(share, 0, 0.5);
        Assert.False(program.HasExited);
        await open.Invoke("1", "GetOpenCalls", "");
        Assert.Null(await open.Outcome("1"));

        await Descriptors(program, 4_096);
        waiting.ForEach(socket => socket.Dispose());
        await using var late = await Hub.Connect(program.Address, Tokens.Of("late"));
        Assert.Equal(200, await phones.Post("after", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
    }

    /// <summary>More calls at once, with the largest offers, than 128 MiB hold.</summary>
    [Fact]
    public async Task Heap_Of128Megabytes_IsNotOutgrownByOneUser()
    {
        await using var program = await Program.Start(
            ("DOTNET_GCHeapHardLimit", Heap), ("Logging__LogLevel__OrleansCalls", "Warning"));
        var phones = new Phones(program);
        var offer = new string('x', 60_000);
        var statuses = new List<int>();
        await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var status = await phones.Post(
                "greedy", "/api/v1/calls",
                $$"""{"offer":{"type":"offer","sdp":"{{offer}}"},"calleeIds":["a{{i}}"],"media":"video","ringSeconds":180}""");
            lock (statuses)
                statuses.Add(status);
        });
        Assert.All(statuses, status => Assert.True(status is 200 or 429 or 503, $"{status}"));
        Assert.Contains(200, statuses);
        Assert.False(program.HasExited, string.Join('\n', program.Log));
        Assert.Equal(200, await phones.Post("bystander", "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
    }

    /// <summary>Stopped for longer than the call rings, as a machine that is moved or a debugger does it.</summary>
    [Fact]
    public async Task Process_ThatStoodStill_EndsWhatIsOver_AndGoesOn()
    {
        await using var program = await Program.Start();
        var phones = new Phones(program);
        await using var callee = await Hub.Connect(program.Address, Tokens.Of("callee"));
        Assert.Equal(
            200,
            await phones.Post(
                "caller", "/api/v1/calls", """{"callId":"still","calleeIds":["callee"],"media":"audio","ringSeconds":10}"""));
        var ringUntil =
            (DateTimeOffset)(await callee.Until(
                message => (string?)message["target"] == "CallIncoming"))["arguments"]![0]!["ringUntil"]!;
        Assert.Equal(200, await phones.Post("callee", "/api/v1/calls/still/ringing", "{}"));
        program.Signal("STOP");
        await Until.Past(ringUntil + TimeSpan.FromSeconds(2));
        program.Signal("CONT");

        var ended = (await callee.Until(message => (string?)message["target"] == "CallEnded"))["arguments"]![0]!;
        Assert.Equal(("still", "no_answer"), ((string?)ended["callId"], (string?)ended["reason"]));
        Assert.Equal(
            200, await phones.Post("caller", "/api/v1/calls", """{"callId":"next","calleeIds":["callee"],"media":"audio"}"""));
        Assert.Equal(
            "next",
            (string?)(await callee.Until(message => (string?)message["target"] == "CallIncoming"))["arguments"]![0]!["callId"]);
    }

    private static async Task Descriptors(Program program, int most) =>
        await ChildProcess.Succeed(
            ["prlimit", $"--pid={program.Id}", string.Create(CultureInfo.InvariantCulture, $"--nofile={most}:")]);
}

using System.Globalization;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>What a machine may deny the program, or do to it: descriptors, memory, processor time.</summary>
public sealed class MachineTests
{
    private const string Threads = "2"; // hexadecimal
    private const string Heap = "0x8000000"; // 128 MiB

    /// <summary>
    /// More connections than a machine's default of 1,024 descriptors has room for, though the setting allows them: the process
    /// keeps what it needs itself, and who is connected goes on.
    /// </summary>
    [Fact]
    public async Task Descriptors_FewerThanMaxConnections_AreKeptForTheProcess()
    {
        await using var program = await Program.Start(
            Place.WithDescriptors(1_024), ("Gateway__MaxConnections", "5000"), ("Gateway__MaxConnectionsPerAddress", "5000"));
        Assert.Single(program.Log, line => line.Contains("Gateway__MaxConnections is 5000", StringComparison.Ordinal));
        await using var open = await Hub.Connect(program.Address, Tokens.Of("bystander"));
        var sockets = await Connect(program, 900);
        await AssertNothingSpins(program, "With all connections taken");
        Assert.InRange(await MostDescriptors(program, Burst(program)), 384, 900);
        await open.Invoke("1", "GetOpenCalls", "");
        Assert.Null(await open.Outcome("1"));
        sockets.ForEach(socket => socket.Dispose());
        await AssertTakesCalls(program);
    }

    /// <summary>Not enough for the process itself: nobody could rely on it.</summary>
    [Fact]
    public async Task Descriptors_TooFewForTheProcess_AreRefusedAtTheStart()
    {
        using var place = Place.WithDescriptors(600);
        var (code, error) = await Program.End(place, _ => Task.CompletedTask);
        Assert.Equal(1, code);
        Assert.Equal(
            "The process may open 600 files: at least 704 are needed (LimitNOFILE, ulimit -n).", error.Trim());
    }

    /// <summary>
    /// No descriptor is left for one more connection: those that are there go on, nothing spins, and newcomers are taken again
    /// later. The runtime ends a process that cannot start a thread, which needs descriptors: it has all its threads here.
    /// </summary>
    [Fact]
    public async Task Descriptors_ThatRunOut_RefuseSoftly_AndNothingSpins()
    {
        await using var program = await Program.Start(
            ("DOTNET_ThreadPool_ForceMinWorkerThreads", Threads), ("DOTNET_ThreadPool_ForceMaxWorkerThreads", Threads),
            ("DOTNET_TieredCompilation", "0"));
        await AssertTakesCalls(program);
        await using var open = await Hub.Connect(program.Address, Tokens.Of("bystander"));
        await Descriptors(program, OpenDescriptors(program) + 3);
        // The system takes them, for as many as may wait there.
        var waiting = await Connect(program, 40);
        await AssertNothingSpins(program, "Without descriptors");
        await open.Invoke("1", "GetOpenCalls", "");
        Assert.Null(await open.Outcome("1"));

        await Descriptors(program, 4_096);
        waiting.ForEach(socket => socket.Dispose());
        await AssertTakesCalls(program);
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

    private static async Task<List<Socket>> Connect(Program program, int count)
    {
        List<Socket> sockets = [];
        for (var i = 0; i < count; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, program.Address.Port);
        }

        return sockets;
    }

    // Far more at once than there is room for, while each that is accepted takes a descriptor.
    private static Task Burst(Program program) => Parallel.ForEachAsync(
        Enumerable.Range(0, 5_000), new ParallelOptions { MaxDegreeOfParallelism = 500 }, async (_, stop) =>
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, program.Address.Port, stop);
                await socket.ReceiveAsync(new byte[1], stop);
            }
            catch (SocketException)
            {
                // Refused.
            }
        });

    private static async Task<int> MostDescriptors(Program program, Task meanwhile)
    {
        var most = 0;
        while (!meanwhile.IsCompleted)
        {
            most = Math.Max(most, OpenDescriptors(program));
            await Task.Yield();
        }

        await meanwhile;
        return most;
    }

    private static int OpenDescriptors(Program program) => Directory.GetFiles($"/proc/{program.Id}/fd").Length;

    /// <summary>What compiles in the background comes to rest; a loop does not.</summary>
    private static async Task AssertNothingSpins(Program program, string when)
    {
        var share = await Until.Seen(() => Share(program), share => share < 0.2, "a second of rest");
        Figures.Write(string.Create(CultureInfo.InvariantCulture, $"{when}: {share:P0} of one processor"));
    }

    private static async Task<double> Share(Program program)
    {
        Assert.False(program.HasExited, string.Join('\n', program.Log));
        var before = program.Processors;
        var watch = Stopwatch.StartNew();
        await Until.Passed(TimeSpan.FromSeconds(1));
        Assert.False(program.HasExited, string.Join('\n', program.Log));
        return (program.Processors - before) / watch.Elapsed;
    }

    private static async Task AssertTakesCalls(Program program)
    {
        var user = $"user-{Guid.NewGuid():N}";
        await using var late = await Hub.Connect(program.Address, Tokens.Of(user));
        Assert.Equal(
            200, await new Phones(program).Post(user, "/api/v1/calls", """{"calleeIds":["callee"],"media":"audio"}"""));
    }

    private static async Task Descriptors(Program program, int most) =>
        await ChildProcess.Succeed(
            ["prlimit", $"--pid={program.Id}", string.Create(CultureInfo.InvariantCulture, $"--nofile={most}:")]);
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Edge;

/// <summary>The program itself, killed without a warning in the middle of calls, and started again on the same data.</summary>
public sealed class CrashTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private readonly Uri _address = new($"http://127.0.0.1:{FreePort()}/");
    private Process? _process;

    public Task InitializeAsync() => Run();

    public Task DisposeAsync()
    {
        Kill();
        Directory.Delete(_data, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task RingingCall_ProcessKilled_GoesOnRingingAndIsAnswered()
    {
        await using (var alice = await Connect("alice", "a1"))
            await alice.Call("StartCall", new { callId = "survivor", calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 180 });

        Kill();
        await Run();

        await using var back = await Connect("alice", "a1");
        await using var bob = await Connect("bob", "b1");
        Assert.Equal("survivor", (string?)(await bob.Hears("CallIncoming"))["callId"]);
        await bob.Call("AckRinging", new { callId = "survivor" });
        await back.Hears("CallProgress");
        await bob.Call("AcceptCall", new { callId = "survivor" });
        await back.Hears("CallAccepted");
        await back.Call("EndCall", new { callId = "survivor" });
        Assert.Equal("completed", (string?)(await bob.Hears("CallEnded"))["reason"]);
    }

    [Fact]
    public async Task RingingCall_DeadlinePassesWhileTheProcessIsDown_EndsAtItsDeadline()
    {
        JsonNode call;
        await using (var alice = await Connect("alice", "a1"))
            call = (await alice.Call("StartCall", new { callId = "late", calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 10 }))!;
        Kill();
        var deadline = DateTimeOffset.Parse((string)call["ringUntil"]!);
        using (var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
            while (DateTimeOffset.UtcNow < deadline)
                await clock.WaitForNextTickAsync();

        await Run();

        // Nobody asks about the call: the service itself must have noticed.
        await using var bob = await Connect("bob", "b1");
        var patience = Stopwatch.StartNew();
        JsonNode? missed;
        while ((missed = (await bob.Call("GetHistory", new { missedOnly = true }))!.AsArray().SingleOrDefault()) is null)
            Assert.True(patience.Elapsed < Patience, "The call was never missed.");
        Assert.Equal(("late", "unreachable", (string?)call["ringUntil"]), ((string?)missed["callId"], (string?)missed["endReason"], (string?)missed["endedAt"]));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private Task<HubClient> Connect(string userId, string deviceId) => HubClient.Connect(_address, Service.Token(userId), deviceId);

    private async Task Run()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Gateway.dll")])
        {
            Environment =
            {
                ["ASPNETCORE_URLS"] = _address.ToString(),
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
                ["Storage__Path"] = _data,
                ["Auth__SigningKey"] = Service.SigningKey,
                ["Logging__LogLevel__Default"] = "Error",
            },
        })!;
        using var http = new HttpClient { BaseAddress = _address };
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var patience = Stopwatch.StartNew();
        while (await clock.WaitForNextTickAsync())
        {
            Assert.False(_process.HasExited, "The program ended by itself.");
            Assert.True(patience.Elapsed < Patience, "The program never became ready.");
            try
            {
                if ((await http.GetAsync("health/ready")).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }
        }
    }

    private void Kill()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        _process = null;
    }
}

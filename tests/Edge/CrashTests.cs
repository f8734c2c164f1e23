using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using OrleansCalls.Client.Tests;

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
        await using var alice = await Phone.Start(_address, "alice", "a1");
        await Start(alice, "survivor", ringSeconds: 180);

        Kill();
        await Run();

        // The caller's client comes back by itself.
        await using var bob = await Phone.Start(_address, "bob", "b1");
        Assert.Equal("survivor", (await bob.Next<Client.CallIncoming>()).CallId);
        await bob.Client.AckRingingAsync("survivor");
        await alice.Next<Client.CallProgress>(progress => progress.Stage == Client.RingStage.Ringing);
        await bob.Client.AcceptCallAsync("survivor");
        await alice.Next<Client.CallAccepted>();
        await alice.Client.EndCallAsync("survivor");
        Assert.Equal(Client.EndReason.Completed, (await bob.Next<Client.CallEnded>()).Reason);
        Assert.Equal(alice.Of("survivor").Distinct(), alice.Of("survivor"));
    }

    [Fact]
    public async Task RingingCall_DeadlinePassesWhileTheProcessIsDown_EndsAtItsDeadline()
    {
        Client.Call call;
        await using (var alice = await Phone.Start(_address, "alice", "a1"))
            call = await Start(alice, "late", ringSeconds: 10);
        Kill();
        using (var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(200)))
            while (DateTimeOffset.UtcNow < call.RingUntil)
                await clock.WaitForNextTickAsync();

        await Run();

        // Nobody asks about the call: the service itself must have noticed.
        await using var bob = await Phone.Start(_address, "bob", "b1");
        var missed = await Until.Found(
            async () => (await bob.Client.GetHistoryAsync(missedOnly: true)).Items.SingleOrDefault(), "a missed call");
        Assert.Equal(("late", Client.EndReason.Unreachable, call.RingUntil), (missed.CallId, missed.EndReason, missed.EndedAt));
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private static Task<Client.Call> Start(Phone caller, string callId, int ringSeconds) =>
        caller.Client.StartCallAsync(new Client.StartCallRequest { CallId = callId, CalleeIds = ["bob"], RingSeconds = ringSeconds });

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

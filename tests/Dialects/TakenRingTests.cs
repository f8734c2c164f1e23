using System.Collections.Concurrent;
using System.Net.WebSockets;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A ring counts as taken when the client has shown that it lives behind it. One whose socket nobody misses
/// yet is pushed, as if it had none.
/// </summary>
public sealed class TakenRingTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _pushed = new();
    private readonly TaskCompletionSource _push = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FakeFcm _fcm = null!;
    private Service _service = null!;

    public async Task InitializeAsync()
    {
        _fcm = await FakeFcm.Start();
        _service = await Service.Start([.. WokenAppDriver.Woken(_fcm), "Calls:AckWindow=00:00:01.5"]);
        _fcm.OnTaken = message =>
        {
            if (message.GetProperty("data").GetProperty("type").GetString() != "call_incoming")
                return;
            _pushed.Enqueue(message.GetProperty("token").GetString()!);
            _push.TrySetResult();
        };
        foreach (var device in new[] { "alive", "silent" })
        {
            var (status, _) = await _service.Send(
                HttpMethod.Put, $"/api/v1/devices/{device}/push-token", Service.Token("bob"),
                new { provider = "fcm", token = device });
            Assert.Equal(204, status);
        }
    }

    public async Task DisposeAsync()
    {
        await _service.DisposeAsync();
        await _fcm.DisposeAsync();
    }

    [Fact]
    public async Task OverSocketIo_WhoDoesNotAnswerThePing_IsPushed_WhoDoesIsNot()
    {
        await using var alive = await WirePhone.Connect(_service, Service.Token("bob"), "alive");
        await using var silent = await WirePhone.Connect(_service, Service.Token("bob"), "silent");
        silent.FallSilent();
        await Ring(() => Task.WhenAll(alive.Hears("call-invite"), silent.Hears("call-invite")));
    }

    [Fact]
    public async Task OverAPlainSocket_WhoDoesNotAnswerThePing_IsPushed_WhoDoesIsNot()
    {
        var path = $"/ws/notifications/?token={Service.Token("bob")}&deviceId=";
        await using var alive = await PlainClient.Connect(_service.Address, path + "alive");
        await alive.Hears("connection.ack");
        // The framework answers pings only while something is read.
        using var silent = new ClientWebSocket();
        await silent.ConnectAsync(new Uri($"ws://{_service.Address.Authority}{path}silent"), CancellationToken.None);
        await silent.ReceiveAsync(new byte[4096], CancellationToken.None);
        await Ring(() => alive.Hears("call.incoming"));
    }

    private async Task Ring(Func<Task> heard)
    {
        await using var alice = await _service.Connect("alice", "a1");
        var call = await alice.Call("StartCall", new { calleeIds = new[] { "bob" }, media = "audio" });
        await heard();
        Assert.Equal("ringing", (string?)(await alice.Hears("CallProgress", (string)call!["callId"]!))["stage"]);
        await _push.Task.WaitAsync(Until.Patience);
        await alice.Call("EndCall", new { callId = (string)call["callId"]! });
        await alice.Hears("CallEnded");
        Assert.DoesNotContain("alive", _pushed);
    }
}

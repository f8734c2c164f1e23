using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansCalls.Tests.Telephone;

/// <summary>A service with an Asterisk, FCM and a phone behind each extension, for one test.</summary>
public abstract class Telephones : IAsyncLifetime
{
    protected const string Number = "+4930123456";

    private readonly ConcurrentQueue<Dictionary<string, string>> _pushes = new();
    private FakeFcm _fcm = null!;

    protected FakeAri Ari { get; private set; } = null!;

    protected Service Service { get; private set; } = null!;

    protected ShiftedTime Clock { get; } = new();

    /// <summary>Whether a test begins without a listening bridge.</summary>
    protected virtual bool BeginsWithout => false;

    protected virtual IEnumerable<string> Settings => BridgeSettings("one");

    public async Task InitializeAsync()
    {
        _fcm = await FakeFcm.Start();
        _fcm.OnTaken = message => _pushes.Enqueue(message.GetProperty("data").Deserialize<Dictionary<string, string>>()!);
        Ari = BeginsWithout ? FakeAri.NotYet() : await FakeAri.Start();
        Service = await Service.Start(
            builder => builder.Services.AddSingleton<TimeProvider>(Clock),
            [$"Push:Fcm:CredentialsFile={_fcm.CredentialsFile}", $"Push:Fcm:Endpoint={_fcm.Address}", .. Settings]);
        foreach (var user in new[] { "100", "bob" })
        {
            var token = new { provider = "fcm", token = $"token-of-{user}" };
            await Service.Send(HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token(user), token);
        }

        if (!BeginsWithout)
            await Ari.UntilListened();
    }

    public virtual async Task DisposeAsync()
    {
        await Service.DisposeAsync();
        await Ari.DisposeAsync();
        await _fcm.DisposeAsync();
        Assert.Empty(Ari.Faults);
        Assert.Empty(_fcm.Faults);
        // A caller's number is a person.
        Assert.DoesNotContain(Service.Log.Lines, line => line.Text.Contains(Number, StringComparison.Ordinal));
    }

    protected IEnumerable<string> BridgeSettings(string user) =>
    [
        $"Bridge:AriUrl={Ari.Url}", $"Bridge:AriUser={user}", $"Bridge:AriPassword={FakeAri.Password}",
        $"Bridge:App={FakeAri.App}",
        "Bridge:Extensions=101=bob", "Bridge:BusySeconds=0.2",
    ];

    protected static string CallOf(string channelId) => $"{FakeAri.App}.{channelId}";

    protected static string MobileOf(string channelId) => $"{CallOf(channelId)}.mobile";

    protected static string BridgeOf(string channelId) => $"{CallOf(channelId)}.bridge";

    /// <summary>Somebody calls an extension; returns once its phone has been pushed.</summary>
    protected async Task<Dictionary<string, string>> Rings(
        string channelId, string extension = "100", string number = Number, string name = "Ann")
    {
        Assert.True(Ari.Rings(channelId, number, extension, name), "the dialplan found nobody who listens");
        return await Push("incoming_call", channelId);
    }

    protected async Task<Dictionary<string, string>> Push(string type, string channelId)
    {
        await Ari.Until(() => Find() is not null, $"{type} pushed for {channelId}");
        return Find()!;

        Dictionary<string, string>? Find() =>
            _pushes.FirstOrDefault(push => push["type"] == type && push["callId"] == CallOf(channelId));
    }

    protected int Pushes(string type) => _pushes.Count(push => push["type"] == type);

    /// <summary>What the app of document 004 does.</summary>
    protected Task<(int Status, JsonNode? Body)> Act(
        string channelId, string action, string extension = "100", string? token = null) =>
        Service.Send(HttpMethod.Post, "/api/call-response", token ?? Service.Token(extension == "101" ? "bob" : extension), new
        {
            server_call_id = CallOf(channelId), extension, action, timestamp = Clock.GetUtcNow().ToUnixTimeMilliseconds(),
        });

    /// <summary>The app takes the call, and its SIP client the one from Asterisk.</summary>
    protected async Task Connects(string channelId, string extension = "100")
    {
        Assert.Equal(200, (await Act(channelId, "accept_ready", extension)).Status);
        await Ari.Until(() => Ari.Channel(MobileOf(channelId)) is { Subscribed: true }, "the app is called");
        Ari.Answers(MobileOf(channelId));
        await Ari.Until(() => Ari.Bridge(BridgeOf(channelId)) is { Count: 2 }, "both are in a bridge");
    }

    protected async Task<JsonNode> Call(string channelId, string userId = "100") =>
        (await Service.Send(HttpMethod.Get, $"/api/v1/calls/{CallOf(channelId)}", Service.Token(userId))).Body!;

    protected async Task<string?> EndReason(string channelId, string userId = "100") => (string?)(await Until.Seen(
        () => Call(channelId, userId), call => (string?)call["endReason"] is not null, $"an end of {channelId}"))["endReason"];

    /// <summary>The call ended for a failure of ours, and reads so in the history of the one who was called.</summary>
    protected async Task HasFailed(string channelId, string userId = "100")
    {
        Assert.Equal("failed", await EndReason(channelId, userId));
        Assert.Null((string?)(await Call(channelId, userId))["endedBy"]);
        var page = await Until.Seen(
            async () => (await Service.Send(HttpMethod.Get, "/api/v1/calls?state=all", Service.Token(userId))).Body!,
            page => Past(page) is not null,
            $"a history with {channelId}");
        Assert.Equal(("failed", "failed"), ((string?)Past(page)!["endReason"], (string?)Past(page)!["outcome"]));

        JsonNode? Past(JsonNode page) =>
            page["items"]!.AsArray().FirstOrDefault(call => (string?)call!["callId"] == CallOf(channelId));
    }

    protected async Task IsHungUp(string channelId, string? reason)
    {
        await Ari.Until(() => Ari.Gone.ContainsKey(channelId), $"{channelId} hung up");
        Assert.Equal(reason, Ari.Gone[channelId].Reason);
    }

    /// <summary>The caller hears busy, and is hung up.</summary>
    protected async Task IsBusy(string channelId)
    {
        await IsHungUp(channelId, "busy");
        Assert.Equal("tone:busy", Ari.Gone[channelId].Hears);
    }

    protected async Task<JsonNode> Figures() =>
        (await Service.Send(HttpMethod.Get, "/api/call-metrics", Service.Token("root", null, "admin"))).Body!;
}

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// What is kept of devices that went: enough for a user's own, and not so much that anybody could fill the memory.
/// </summary>
public sealed class LeftDeviceTests : IAsyncLifetime
{
    private const int Kept = 16;

    private Service _service = null!;

    public async Task InitializeAsync() => _service = await Service.Start();

    public Task DisposeAsync() => _service.DisposeAsync().AsTask();

    [Fact]
    public async Task SeventeenthDeviceThatGoes_TakesThePlaceOfTheFirst_AndAllAreTold()
    {
        await using var alice = await _service.Connect("alice", "a1");
        var started = await alice.Call("StartCall", new { calleeIds = new[] { "bob" }, media = "audio", ringSeconds = 180 });
        var call = (string)started!["callId"]!;
        for (var i = 0; i <= Kept; i++)
        {
            await using (var device = await Connect(i))
                await device.Hears("call.incoming", call);
            await Until.Seen(Connections, connections => connections == 0, "the end of a connection");
        }

        await alice.Call("EndCall", new { callId = call });
        await using var last = await Connect(Kept);
        await last.Hears("call.end", call);
        await using var second = await Connect(1);
        await second.Hears("call.end", call);
        // What nothing is kept of is told what the user's last calls came to.
        await using var first = await Connect(0);
        await first.Hears("call.end", call);
    }

    private async Task<PlainClient> Connect(int device)
    {
        var socket = await PlainClient.Connect(
            _service.Address, $"/ws/notifications/?token={Service.Token("bob")}&deviceId=d{device}");
        await socket.Hears("connection.ack");
        return socket;
    }

    private async Task<int> Connections()
    {
        var (_, user) = await _service.Send(HttpMethod.Get, "/api/v1/admin/users/bob", Service.Token("operator", null, "admin"));
        return user!["connections"]!.AsArray().Count;
    }
}

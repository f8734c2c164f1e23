namespace OrleansCalls.Tests.SocketIo;

/// <summary>With socket.io-client 4 from npm, as apps have it.</summary>
public sealed class RealClientTests : RealClientTestBase
{
    [Need(Need.SocketIoClient)]
    public async Task Default_BeginsWithPolling_AndUpgrades()
    {
        var client = await Node.Connect(Server.Address, new { auth = Good });
        await client.Connected();
        Assert.Equal("[\"websocket\"]", (await client.Next(":upgrade")).Text);
        await Exchange(client);
        await client.Disconnect();
        Assert.Equal("io client disconnect", await client.Disconnected());
        Assert.Equal(DisconnectReason.ClientDisconnected, await Server.Handler.NextEnd());
    }

    [Need(Need.SocketIoClient)]
    public async Task PollingOnly_Works() => await OneTransport(Polling);

    [Need(Need.SocketIoClient)]
    public async Task WebSocketOnly_Works() => await OneTransport(WebSocket);

    [Need(Need.SocketIoClient)]
    public async Task EventsDuringTheUpgrade_ComeAllAndInOrder()
    {
        var client = await Node.Connect(Server.Address, new { auth = Good, transports = Both });
        for (var i = 0; i < 300; i++)
            await client.Emit("back", i);
        for (var i = 0; i < 300; i++)
            Assert.Equal($"[{i}]", (await client.Next("back")).Text);
        await client.Next(":upgrade");
        await Exchange(client);
    }

    [Need(Need.SocketIoClient)]
    public async Task TokenInQueryOrHeader_IsTaken()
    {
        var query = await Node.Connect(Server.Address, new { query = Good });
        await query.Connected();
        var header = await Node.Connect(Server.Address, new { extraHeaders = new { authorization = "Bearer good" } });
        await header.Connected();
        await Exchange(query);
        await Exchange(header);
    }

    [Need(Need.SocketIoClient)]
    public async Task Refusal_HasMessageAndCode_AndAnotherTokenMayBeTried()
    {
        var client = await Node.Connect(Server.Address, new { auth = new { token = "bad" } });
        Assert.Equal("""["The token is not valid.",{"code":"bad_token"}]""", (await client.Next(":connect_error")).Text);
        await client.Reconnect(auth: Good);
        await client.Connected();
        await Exchange(client);
    }

    [Need(Need.SocketIoClient)]
    public async Task OtherNamespace_IsRefused()
    {
        var client = await Node.Connect(new Uri(Server.Address, "/admin"), new { auth = Good });
        Assert.Equal("""["Invalid namespace",null]""", (await client.Next(":connect_error")).Text);
    }

    [Need(Need.SocketIoClient)]
    public async Task Heartbeat_KeepsTheClient()
    {
        var time = new TestTime();
        await using var server = await TestServer.Start(time: time);
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await Node.Connect(server.Address, new { auth = Good, transports });
            await client.Connected();
            for (var round = 0; round < 5; round++)
            {
                var end = time.GetUtcNow() + TimeSpan.FromSeconds(25);
                while (time.Step(end - time.GetUtcNow()))
                {
                }

                // The client answers the ping before it hears what was sent after it.
                await Exchange(client);
            }

            await client.Disconnect();
            Assert.Equal(DisconnectReason.ClientDisconnected, await server.Handler.NextEnd());
        }
    }

    private async Task OneTransport(string[] transports)
    {
        var client = await Node.Connect(Server.Address, new { auth = Good, transports });
        Assert.Equal(transports[0], (await client.Connected()).Transport);
        await Exchange(client);
        await client.Disconnect();
        Assert.Equal("io client disconnect", await client.Disconnected());
        Assert.Equal(DisconnectReason.ClientDisconnected, await Server.Handler.NextEnd());
    }
}

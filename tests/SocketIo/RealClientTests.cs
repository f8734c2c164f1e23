namespace OrleansCalls.SocketIo.Tests;

/// <summary>With socket.io-client 4 from npm, as apps have it.</summary>
public sealed class RealClientTests : IAsyncLifetime
{
    private static readonly string[] Polling = ["polling"];
    private static readonly string[] WebSocket = ["websocket"];
    private static readonly string[] Both = ["polling", "websocket"];
    private static readonly object Good = new { token = "good" };

    private readonly NodeHost _node = NodeHost.Start();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await Serve();

    public async Task DisposeAsync()
    {
        await _node.DisposeAsync();
        await _server.DisposeAsync();
    }

    [NeedNode]
    public async Task Default_BeginsWithPolling_AndUpgrades()
    {
        var client = await _node.Connect(_server.Address, new { auth = Good });
        await client.Connected();
        Assert.Equal("[\"websocket\"]", (await client.Next(":upgrade")).Text);
        await Exchange(client);
        await client.Disconnect();
        Assert.Equal("io client disconnect", await client.Disconnected());
        Assert.Equal(DisconnectReason.ClientDisconnected, await _server.Handler.NextEnd());
    }

    [NeedNode]
    public async Task PollingOnly_Works() => await OneTransport(Polling);

    [NeedNode]
    public async Task WebSocketOnly_Works() => await OneTransport(WebSocket);

    [NeedNode]
    public async Task EventsDuringTheUpgrade_ComeAllAndInOrder()
    {
        var client = await _node.Connect(_server.Address, new { auth = Good, transports = Both });
        for (var i = 0; i < 300; i++)
            await client.Emit("back", i);
        for (var i = 0; i < 300; i++)
            Assert.Equal($"[{i}]", (await client.Next("back")).Text);
        await client.Next(":upgrade");
        await Exchange(client);
    }

    [NeedNode]
    public async Task TokenInQueryOrHeader_IsTaken()
    {
        var query = await _node.Connect(_server.Address, new { query = Good });
        await query.Connected();
        var header = await _node.Connect(_server.Address, new { extraHeaders = new { authorization = "Bearer good" } });
        await header.Connected();
        await Exchange(query);
        await Exchange(header);
    }

    [NeedNode]
    public async Task Refusal_HasMessageAndCode_AndAnotherTokenMayBeTried()
    {
        var client = await _node.Connect(_server.Address, new { auth = new { token = "bad" } });
        Assert.Equal("""["The token is not valid.",{"code":"bad_token"}]""", (await client.Next(":connect_error")).Text);
        await client.Reconnect(auth: Good);
        await client.Connected();
        await Exchange(client);
    }

    [NeedNode]
    public async Task OtherNamespace_IsRefused()
    {
        var client = await _node.Connect(new Uri(_server.Address, "/admin"), new { auth = Good });
        Assert.Equal("""["Invalid namespace",null]""", (await client.Next(":connect_error")).Text);
    }

    [NeedNode]
    public async Task Connection_ThatTheServerCuts_ComesBackByItself()
    {
        foreach (var transports in new[] { Polling, WebSocket, Both })
        {
            var client = await _node.Connect(_server.Address, new { auth = Good, transports });
            var (first, _) = await client.Connected();
            await client.Emit("leave", true);
            Assert.Equal("transport close", await client.Disconnected());
            Assert.NotEqual(first, (await client.Connected()).Id);
            await Exchange(client);
            await client.Disconnect();
        }
    }

    [NeedNode]
    public async Task Connection_ThatIsLost_ComesBackByItself()
    {
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await _node.Connect(_server.Address, new { auth = Good, transports });
            await client.Connected();
            await client.Cut();
            await client.Disconnected();
            await client.Connected();
            await Exchange(client);
            await client.Disconnect();
        }
    }

    [NeedNode]
    public async Task Client_ThatTheServerSendsAway_StaysAway_UntilItsProgramConnects()
    {
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await _node.Connect(_server.Address, new { auth = Good, transports });
            await client.Connected();
            await client.Emit("leave", false);
            Assert.Equal("io server disconnect", await client.Disconnected());
            Assert.Equal(DisconnectReason.ServerDisconnected, await _server.Handler.NextEnd());
            Assert.Empty(_server.Handler.Sockets);
            await client.Reconnect();
            await client.Connected();
            await Exchange(client);
            await client.Disconnect();
            await client.Disconnected();
            Assert.Equal(DisconnectReason.ClientDisconnected, await _server.Handler.NextEnd());
        }
    }

    [NeedNode]
    public async Task ServerThatRestarts_HasItsClientsBack()
    {
        List<NodeClient> clients = [];
        foreach (var transports in new[] { Polling, WebSocket, Both })
        {
            clients.Add(await _node.Connect(_server.Address, new { auth = Good, transports }));
            await clients[^1].Connected();
        }

        var port = _server.Address.Port;
        await _server.DisposeAsync();
        foreach (var client in clients)
            Assert.Equal("transport close", await client.Disconnected());
        _server = await Serve(port);
        foreach (var client in clients)
        {
            await client.Connected();
            await Exchange(client);
        }
    }

    [NeedNode]
    public async Task Heartbeat_KeepsTheClient()
    {
        var time = new TestTime();
        await using var server = await TestServer.Start(time: time);
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await _node.Connect(server.Address, new { auth = Good, transports });
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

    private static Task<TestServer> Serve(int port = 0) => TestServer.Start(time: TimeProvider.System, port: port);

    private async Task OneTransport(string[] transports)
    {
        var client = await _node.Connect(_server.Address, new { auth = Good, transports });
        Assert.Equal(transports[0], (await client.Connected()).Transport);
        await Exchange(client);
        await client.Disconnect();
        Assert.Equal("io client disconnect", await client.Disconnected());
        Assert.Equal(DisconnectReason.ClientDisconnected, await _server.Handler.NextEnd());
    }

    /// <summary>Events and acknowledgements both ways; letters of all kinds; as much as may be sent at once.</summary>
    private static async Task Exchange(NodeClient client)
    {
        await client.Emit("back", "grüß dich, 世界 👋\u2028", 1.5, true, null, new { a = new object[] { 1, "x" } });
        var back = await client.Next("back");
        Assert.Equal("grüß dich, 世界 👋\u2028", back.Args[0].GetString());
        Assert.Equal("""[1.5,true,null,{"a":[1,"x"]}]""", new NodeEvent(back.Args[1..], null).Text);
        var large = string.Concat(Enumerable.Repeat("ü👋", 10_000));
        Assert.Equal(large, (await client.EmitWithAck("echo", large)).Args[0].GetString());
        Assert.Equal("[]", (await client.EmitWithAck("echo")).Text);

        var answer = client.EmitWithAck("ask", "why?");
        var question = await client.Next("question");
        Assert.Equal("[\"why?\"]", question.Text);
        await client.Ack(question, "because", new { n = 1 });
        Assert.Equal("""["because",{"n":1}]""", (await answer).Text);
    }
}

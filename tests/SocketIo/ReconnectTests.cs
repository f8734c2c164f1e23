namespace OrleansCalls.Tests.SocketIo;

/// <summary>How the real client comes back, or stays away.</summary>
public sealed class ReconnectTests : RealClientTestBase
{
    [Need(Need.SocketIoClient)]
    public async Task Connection_ThatTheServerCuts_ComesBackByItself()
    {
        foreach (var transports in new[] { Polling, WebSocket, Both })
        {
            var client = await Node.Connect(Server.Address, new { auth = Good, transports });
            var (first, _) = await client.Connected();
            await client.Emit("leave", true);
            Assert.Equal("transport close", await client.Disconnected());
            Assert.NotEqual(first, (await client.Connected()).Id);
            await Exchange(client);
            await client.Disconnect();
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task Connection_ThatIsLost_ComesBackByItself()
    {
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await Node.Connect(Server.Address, new { auth = Good, transports });
            await client.Connected();
            await client.Cut();
            await client.Disconnected();
            await client.Connected();
            await Exchange(client);
            await client.Disconnect();
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task Client_ThatTheServerSendsAway_StaysAway_UntilItsProgramConnects()
    {
        foreach (var transports in new[] { Polling, WebSocket })
        {
            var client = await Node.Connect(Server.Address, new { auth = Good, transports });
            await client.Connected();
            await client.Emit("leave", false);
            Assert.Equal("io server disconnect", await client.Disconnected());
            Assert.Equal(DisconnectReason.ServerDisconnected, await Server.Handler.NextEnd());
            Assert.Empty(Server.Handler.Sockets);
            await client.Reconnect();
            await client.Connected();
            await Exchange(client);
            await client.Disconnect();
            await client.Disconnected();
            Assert.Equal(DisconnectReason.ClientDisconnected, await Server.Handler.NextEnd());
        }
    }

    [Need(Need.SocketIoClient)]
    public async Task ServerThatRestarts_HasItsClientsBack()
    {
        List<NodeClient> clients = [];
        foreach (var transports in new[] { Polling, WebSocket, Both })
        {
            clients.Add(await Node.Connect(Server.Address, new { auth = Good, transports }));
            await clients[^1].Connected();
        }

        var port = Server.Address.Port;
        await Server.DisposeAsync();
        foreach (var client in clients)
            Assert.Equal("transport close", await client.Disconnected());
        Server = await Serve(port);
        foreach (var client in clients)
        {
            await client.Connected();
            await Exchange(client);
        }
    }
}

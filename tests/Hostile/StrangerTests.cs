using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// What somebody without a token can use up: a program of its own, since what one host has taken the others of it have not.
/// </summary>
public sealed class StrangerTests(StrangerTests.Limited limited) : IClassFixture<StrangerTests.Limited>
{
    private const int OfAddress = 60;

    private readonly Program _program = limited.Program;

    [Fact]
    public async Task SocketIoSession_ThatIsNotConnected_StoresAFewKilobytes()
    {
        await using var names = await EngineClient.Open(_program.Address);
        Assert.Equal(HttpStatusCode.BadRequest, await names.Send($"40/{new string('n', 1_000)},"));
        await using var large = await EngineClient.Open(_program.Address);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await large.Send($"40{{\"token\":\"{new string('t', 10_000)}\"}}"));
        await using var many = await EngineClient.Open(_program.Address);
        var status = HttpStatusCode.OK;
        var sent = 0;
        for (; status == HttpStatusCode.OK && sent < 1_000; sent++)
            status = await many.Send($"40/{new string('n', 60)},");
        Assert.InRange(sent, 2, 60);
        await AssertWorks();
    }

    [Fact]
    public async Task SocketIoSessions_OfOneAddress_AreAShare()
    {
        List<EngineClient> open = [];
        while (await EngineClient.TryOpen(_program.Address) is { } client)
        {
            open.Add(client);
            Assert.InRange(open.Count, 0, OfAddress);
        }

        Assert.Equal(OfAddress, open.Count);
        // Whoever has shown a token holds none of the places.
        foreach (var client in open)
        {
            await client.Send("1");
            await client.DisposeAsync();
        }

        await using var again = await EngineClient.Open(_program.Address);
        await AssertWorks();
    }

    [Fact]
    public async Task PlainSocket_ThatHasNotRegistered_StoresAFewKilobytes()
    {
        using var socket = await PlainSocket();
        var part = new byte[4_096];
        Array.Fill(part, (byte)'x');
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 3; i++)
            await socket.SendAsync(part, WebSocketMessageType.Text, endOfMessage: false, patience.Token);
        WebSocketReceiveResult received;
        do
            received = await socket.ReceiveAsync(part, patience.Token);
        while (received.MessageType != WebSocketMessageType.Close);
        Assert.Equal(WebSocketCloseStatus.MessageTooBig, received.CloseStatus);
        await AssertWorks();
    }

    [Fact]
    public async Task PlainSockets_OfOneAddress_AreAShare()
    {
        List<ClientWebSocket> open = [];
        try
        {
            await Assert.ThrowsAsync<WebSocketException>(async () =>
            {
                for (var i = 0; i <= OfAddress; i++)
                    open.Add(await PlainSocket());
            });
            Assert.Equal(OfAddress, open.Count);
            await AssertWorks();
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Connections_MoreThanMayBe_AreClosed_AndThoseThatAreOpenWork()
    {
        List<Socket> open = [];
        await AssertWorks();
        try
        {
            for (var i = 0; i < 300; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                open.Add(socket);
                await socket.ConnectAsync(IPAddress.Loopback, _program.Address.Port);
            }

            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var refused = open[^1];
            Assert.Equal(0, await refused.ReceiveAsync(new byte[1], patience.Token));
            // Its connection is older than theirs.
            Assert.Equal(HttpStatusCode.OK, (await _program.Http.GetAsync("health/live")).StatusCode);
            // The log comes through a pipe, after the refusal.
            await Until.True(() => _program.Log.Any(IsRefusal), "a line of the refusal");
            Assert.Single(_program.Log, IsRefusal);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    /// <summary>A whole network of loopback addresses is there to come from.</summary>
    [Fact]
    public async Task Connections_OfOneAddress_AreAShare()
    {
        await using var program = await Program.Start(("Gateway__MaxConnections", "100"));
        List<Socket> open = [];
        try
        {
            for (var i = 0; i < 60; i++)
                open.Add(await From("127.0.0.9", program));
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            Assert.Equal(0, await open[^1].ReceiveAsync(new byte[1], patience.Token));
            // Whoever comes from elsewhere has a place.
            using var other = await From("127.0.0.8", program);
            await other.SendAsync("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray(), patience.Token);
            var answer = new byte[64];
            var length = await other.ReceiveAsync(answer, patience.Token);
            Assert.StartsWith("HTTP/1.1 200", Encoding.ASCII.GetString(answer, 0, length), StringComparison.Ordinal);
        }
        finally
        {
            open.ForEach(socket => socket.Dispose());
        }
    }

    private static async Task<Socket> From(string address, Program program)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(address), 0));
        await socket.ConnectAsync(IPAddress.Loopback, program.Address.Port);
        return socket;
    }

    private static bool IsRefusal(string line) => line.Contains("Connections refused", StringComparison.Ordinal);

    [Fact]
    public async Task Memory_UnderSessionsThatNobodyConnects_StaysWhereItWas()
    {
        var before = _program.Memory;
        var body = string.Join('\u001e', Enumerable.Range(0, 7).Select(i => $"40/{new string((char)('a' + i), 120_000)},"));
        for (var round = 0; round < 50; round++)
        {
            if (await EngineClient.TryOpen(_program.Address) is not { } client)
                break;
            await client.Send(body);
            await client.DisposeAsync();
        }

        Assert.InRange(_program.Memory - before, long.MinValue, 60L << 20);
        await AssertWorks();
    }

    [Theory]
    [InlineData("openapi/v1.json", "/api/v1/calls")]
    [InlineData("asyncapi/v1.json", "/hubs/calls")]
    public async Task Description_IsMadeOnce(string path, string part)
    {
        var first = await _program.Http.GetByteArrayAsync(path);
        Assert.Contains(part, Encoding.UTF8.GetString(first), StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{path}?x=1") { Headers = { Host = "evil.example" } };
        using var again = await _program.Http.SendAsync(request);
        Assert.Equal(first, await again.Content.ReadAsByteArrayAsync());
    }

    private async Task<ClientWebSocket> PlainSocket()
    {
        var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await socket.ConnectAsync(new Uri($"ws://{_program.Address.Authority}/ws"), patience.Token);
        return socket;
    }

    private async Task AssertWorks()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/config");
        request.Headers.Authorization = new("Bearer", Tokens.Of("bystander"));
        using var response = await _program.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.False(_program.HasExited);
    }

    public sealed class Limited : IAsyncLifetime
    {
        public Program Program { get; private set; } = null!;

        public async Task InitializeAsync() => Program = await Program.Start(
            ("SocketIo__MaxUnconnectedPerAddress", $"{OfAddress}"), ("Rooms__MaxUnregisteredPerAddress", $"{OfAddress}"),
            ("Gateway__MaxConnections", "250"), ("Gateway__MaxConnectionsPerAddress", "250"));

        public async Task DisposeAsync() => await Program.DisposeAsync();
    }
}

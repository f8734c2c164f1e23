namespace OrleansCalls.Tests.SocketIo;

/// <summary>A server on the real clock, and a node process for clients.</summary>
public abstract class RealClientTestBase : IAsyncLifetime
{
    protected static string[] Polling { get; } = ["polling"];

    protected static string[] WebSocket { get; } = ["websocket"];

    protected static string[] Both { get; } = ["polling", "websocket"];

    protected static object Good { get; } = new { token = "good" };

    protected NodeHost Node { get; } = NodeHost.Start();

    protected TestServer Server { get; set; } = null!;

    public async Task InitializeAsync() => Server = await Serve();

    public async Task DisposeAsync()
    {
        await Node.DisposeAsync();
        await Server.DisposeAsync();
    }

    protected static Task<TestServer> Serve(int port = 0) => TestServer.Start(time: TimeProvider.System, port: port);

    /// <summary>Events and acknowledgements both ways; letters of all kinds; as much as may be sent at once.</summary>
    protected static async Task Exchange(NodeClient client)
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

using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>A client that polls, one request at a time and each as the test says.</summary>
public sealed class PollingClient(TestServer server)
{
    public const string Base = "/socket.io/?EIO=4&transport=polling";

    private readonly Queue<string> _packets = new();

    public string Sid { get; private set; } = "";

    public string Path => $"{Base}&sid={Sid}";

    /// <summary>A session that is not connected yet.</summary>
    public static async Task<PollingClient> Open(TestServer server)
    {
        var client = new PollingClient(server);
        var open = await client.Next();
        Assert.Equal('0', open[0]);
        client.Sid = JsonElement.Parse(open.AsSpan(1)).GetProperty("sid").GetString()!;
        return client;
    }

    public static async Task<PollingClient> Connect(TestServer server, string token = "good")
    {
        var client = await Open(server);
        await client.Send($$"""40{"token":"{{token}}"}""");
        Assert.StartsWith("40{", await client.Next(), StringComparison.Ordinal);
        return client;
    }

    /// <summary>The next packet; polls when there is none.</summary>
    public async Task<string> Next()
    {
        if (_packets.Count == 0)
        {
            var (status, body) = await Get();
            Assert.Equal(HttpStatusCode.OK, status);
            foreach (var packet in body.Split('\u001e'))
                _packets.Enqueue(packet);
        }

        return _packets.Dequeue();
    }

    public async Task<(HttpStatusCode Status, string Body)> Get()
    {
        using var response = await server.Http.GetAsync(Sid.Length == 0 ? Base : Path);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Posts packets, which must be taken.</summary>
    public async Task Send(params string[] packets) =>
        Assert.Equal(
            (HttpStatusCode.OK, "ok"),
            await Post(new StringContent(string.Join('\u001e', packets), Encoding.UTF8, "text/plain")));

    public async Task<(HttpStatusCode Status, string Body)> Post(HttpContent content)
    {
        using var response = await server.Http.PostAsync(Path, content);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Whether the session still does what it should.</summary>
    public async Task AssertWorks()
    {
        await Send("""421["echo","still"]""");
        Assert.Equal("""431["still"]""", await Next());
    }

    public async Task AssertGone() =>
        Assert.Equal((HttpStatusCode.BadRequest, """{"code":1,"message":"Session ID unknown"}"""), await Get());
}

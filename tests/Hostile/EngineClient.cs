using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansCalls.Tests.Hostile;

/// <summary>An Engine.IO session over polling, one request at a time.</summary>
internal sealed class EngineClient : IAsyncDisposable
{
    private readonly HttpClient _http;
    private readonly Queue<string> _packets = new();
    private string _path = "/socket.io/?EIO=4&transport=polling";

    private EngineClient(Uri address) =>
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = address, Timeout = TimeSpan.FromSeconds(30),
        };

    /// <summary>What the client shows of its session.</summary>
    public string Sid { get; private set; } = "";

    public static async Task<EngineClient> Open(Uri address) =>
        await TryOpen(address) ?? throw new InvalidOperationException("No session was opened.");

    /// <summary>Null when the server has no place for it.</summary>
    public static async Task<EngineClient?> TryOpen(Uri address)
    {
        var client = new EngineClient(address);
        using var response = await client._http.GetAsync(client._path);
        if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
        {
            await client.DisposeAsync();
            return null;
        }

        var open = await response.Content.ReadAsStringAsync();
        client.Sid = JsonElement.Parse(open.AsSpan(1)).GetProperty("sid").GetString()!;
        client._path += $"&sid={client.Sid}";
        return client;
    }

    /// <summary>Posts a body and returns the status.</summary>
    public async Task<HttpStatusCode> Send(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var response = await _http.PostAsync(_path, content);
        return response.StatusCode;
    }

    /// <summary>Asks for packets and returns the status.</summary>
    public async Task<HttpStatusCode> Poll()
    {
        using var response = await _http.GetAsync(_path);
        return response.StatusCode;
    }

    public async Task<string> Next()
    {
        if (_packets.Count == 0)
            foreach (var packet in (await _http.GetStringAsync(_path)).Split('\u001e'))
                _packets.Enqueue(packet);
        return _packets.Dequeue();
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }
}

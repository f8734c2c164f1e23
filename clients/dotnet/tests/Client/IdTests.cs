using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using OrleansCalls.Client.Server;

namespace OrleansCalls.Client.Tests;

/// <summary>
/// An id is any text: of users and devices, in paths, headers and TURN user names, at every route that has one.
/// </summary>
public sealed class IdTests : IClassFixture<IdTests.Shared>
{
    private static readonly string Operator = Service.Token("operator", null, "admin");
    private static readonly string BackEnd = Service.Token("back-end", null, "service");

    private readonly Service _service;

    public IdTests(Shared shared) => _service = shared.Service;

    /// <summary>With how each is written in a path; the tests of the TypeScript client have the same table.</summary>
    public static TheoryData<string, string> Ids => new()
    {
        { "O'Brien", "O%27Brien" },
        { @"CORP\bob", "CORP%5Cbob" },
        { "Ann Smith", "Ann%20Smith" },
        { "https://x/y/005", "https%3A%2F%2Fx%2Fy%2F005" },
        { "josé", "jos%C3%A9" },
        { "日本", "%E6%97%A5%E6%9C%AC" },
        { "..", "%252E%252E" },
        { ".", "%252E" },
        { "%2E%2E", "%25252E%25252E" },
        { "a%2Fb", "a%252Fb" },
        { "a/b", "a%2Fb" },
        { "100%", "100%25" },
        { "a.b?c#d+e", "a.b%3Fc%23d%2Be" },
    };

    [Theory, MemberData(nameof(Ids))]
    public void Id_InAPath_IsReadAsItWas(string id, string written)
    {
        Assert.Equal(written, IdText.InPath(id));
        Assert.Equal(id, OrleansCalls.Gateway.Wire.IdText.FromPath(written));
        Assert.Equal(id, OrleansCalls.Gateway.Wire.IdText.FromHeader(IdText.InHeader(id)));
        // Nothing on the way may take it for a place in the path.
        Assert.Equal($"/users/{written}/presence", new Uri($"http://x/users/{written}/presence").AbsolutePath);
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task UserAndDevice_OfThisId_AreMeantByEveryRoute(string id, string written)
    {
        await using var phone = await _service.Connect(id, id);
        await phone.Hears("OpenCalls");

        var presence = await Send(HttpMethod.Get, $"/api/v1/users/{written}/presence", Service.Token("reader"));
        Assert.Equal((id, true), ((string?)presence!["userId"], (bool?)presence["online"]));
        Assert.True((bool?)(await Send(HttpMethod.Get, $"/api/users/{written}/online", Operator))!["isOnline"]);
        var notified = await Send(HttpMethod.Post, $"/api/v1/admin/users/{written}/notify", Operator, new { type = "news" });
        Assert.Equal(1, (int?)notified!["delivered"]);
        await phone.Hears("NotificationReceived");

        var actAs = ("X-Act-As", IdText.InHeader(id));
        await Send(
            HttpMethod.Put, $"/api/v1/devices/{written}/push-token", BackEnd,
            new { provider = "fcm", token = $"token of {id}" }, actAs);
        await Send(
            HttpMethod.Patch, "/api/v1/settings", BackEnd, new { callWaiting = true }, actAs,
            ("X-Device-Id", IdText.InHeader(id)));
        var user = await Send(HttpMethod.Get, $"/api/v1/admin/users/{written}", Operator);
        Assert.Equal((id, id, id), (
            (string?)user!["userId"], (string?)user["connections"]!.AsArray().Single()!["deviceId"],
            (string?)user["pushDevices"]!.AsArray().Single()!["deviceId"]));
        Assert.True((bool?)(await Send(HttpMethod.Get, "/api/v1/settings", Service.Token(id)))!["callWaiting"]);
        // The device that changed them is not told.
        Assert.DoesNotContain("SettingsChanged", phone.Rest());

        await Send(HttpMethod.Delete, $"/api/v1/devices/{written}", BackEnd, null, actAs);
        Assert.Empty((await Send(HttpMethod.Get, $"/api/v1/admin/users/{written}", Operator))!["pushDevices"]!.AsArray());
        var turn = (await Send(HttpMethod.Get, "/api/v1/ice-servers", BackEnd, null, actAs))!["iceServers"]![0]!;
        Assert.Matches("^[0-9]+:[0-9a-f]{32}$", (string?)turn["username"]);

        var erased = await Send(HttpMethod.Delete, $"/api/v1/admin/users/{written}", Operator);
        while ((string?)erased!["state"] == "running")
            erased = await Send(HttpMethod.Get, $"/api/v1/admin/users/{written}/erasure", Operator);
        Assert.Equal((id, "done"), ((string?)erased["userId"], (string?)erased["state"]));
        Assert.False((bool?)(await Send(HttpMethod.Get, "/api/v1/settings", Service.Token(id)))!["callWaiting"]);
    }

    [Theory, MemberData(nameof(Ids))]
    public async Task BackEnd_CallsForAUserOfThisId(string id, string written)
    {
        using var calls = new CallService(
            new OrleansCallsServerOptions { Address = _service.Address },
            new CallTokens(new OrleansCallsServerOptions { SigningKey = Service.SigningKey }));
        var call = await calls.StartCallAsync(id, new StartCallRequest { CalleeIds = [$"callee of {written}"] });
        Assert.Equal(id, call.Caller.Id);
        Assert.Equal(EndReason.Cancelled, (await calls.EndCallAsync(id, call.CallId)).EndReason);
    }

    [Fact]
    public async Task Path_WithDotSegments_IsRefused_WhereTheyHideWhichSegmentIsTheId()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(_service.Address.Host, _service.Address.Port);
        var request =
            $"GET /api/v1/x/../users/a%2Fb/presence HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {Service.Token("reader")}\r\n\r\n";
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var answer = new StreamReader(socket.GetStream());
        Assert.Equal("HTTP/1.1 400 Bad Request", await answer.ReadLineAsync());
    }

    private async Task<JsonNode?> Send(
        HttpMethod method, string path, string token, object? body = null, params (string, string)[] headers)
    {
        var (status, answer) = await _service.Send(method, path, token, body, headers);
        Assert.True(status is 200 or 202 or 204, $"{method} {path}: {status} {answer}");
        return answer;
    }

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() =>
            Service = await Service.Start("Ice:TurnUrls=turn:turn.example.org", "Ice:TurnSecret=shh");

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}

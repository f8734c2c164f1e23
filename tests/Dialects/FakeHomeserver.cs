using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.Dialects;

/// <summary>As much of Matrix' client-server API as rooms need, on loopback.</summary>
public sealed class FakeHomeserver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private FakeHomeserver(WebApplication app) => _app = app;

    public string Address => _app.Urls.Single();

    /// <summary>Users by access token.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new();

    /// <summary>Members by room.</summary>
    public ConcurrentDictionary<string, string[]> Rooms { get; } = new();

    /// <summary>What is answered to everything instead, if set.</summary>
    public Func<HttpContext, Task>? Instead { get; set; }

    public static async Task<FakeHomeserver> Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeHomeserver(builder.Build());
        fake._app.Use((context, next) => fake.Instead is { } instead ? instead(context) : next(context));
        fake._app.MapGet("/_matrix/client/v3/account/whoami", (HttpContext context) => fake.UserOf(context) is { } user
            ? Results.Json(new { user_id = user, device_id = "D" })
            : Unknown());
        fake._app.MapGet("/_matrix/client/v3/rooms/{room}/joined_members", (HttpContext context, string room) =>
            fake.UserOf(context) is not { } user ? Unknown()
            : fake.Rooms.TryGetValue(room, out var members) && members.Contains(user)
                ? Results.Json(new { joined = members.ToDictionary(m => m, m => new { display_name = $"The {m}" }) })
                : Results.Json(new { errcode = "M_FORBIDDEN", error = "You aren't a member of the room." }, statusCode: 403));
        await fake._app.StartAsync();
        return fake;
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private static IResult Unknown() =>
        Results.Json(new { errcode = "M_UNKNOWN_TOKEN", error = "Unknown access token" }, statusCode: 401);

    private string? UserOf(HttpContext context) =>
        context.Request.Headers.Authorization.ToString() is var header && header.StartsWith("Bearer ", StringComparison.Ordinal)
            ? Tokens.GetValueOrDefault(header["Bearer ".Length..])
            : null;
}

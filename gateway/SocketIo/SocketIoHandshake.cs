using System.Net;
using System.Security.Claims;
using System.Text.Json;
using Microsoft.Extensions.Primitives;

namespace OrleansCalls.Gateway.SocketIo;

/// <summary>
/// The HTTP request that opened a session, and the <c>auth</c> with which the client connected. It is a copy: a polling
/// client's first request has completed before the client connects.
/// </summary>
public sealed record SocketIoHandshake
{
    private const string BearerScheme = "Bearer ";

    /// <summary>The query.</summary>
    public required IReadOnlyDictionary<string, StringValues> Query { get; init; }

    /// <summary>The headers.</summary>
    public required IReadOnlyDictionary<string, StringValues> Headers { get; init; }

    /// <summary>The remote address.</summary>
    public IPAddress? RemoteAddress { get; init; }

    /// <summary>The user authenticated by the request's header.</summary>
    public required ClaimsPrincipal User { get; init; }

    /// <summary>The client's <c>auth</c>, an object; null if there is none.</summary>
    public JsonElement? Auth { get; init; }

    /// <summary>
    /// The token: <c>token</c> in <c>auth</c>, else in the query, else the bearer token; null if there is none.
    /// </summary>
    public string? Token => TokenInAuth() ?? TokenInQuery() ?? TokenInHeader();

    internal static SocketIoHandshake Of(HttpContext context) => new()
    {
        Query = context.Request.Query.ToDictionary(StringComparer.OrdinalIgnoreCase),
        Headers = context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase),
        RemoteAddress = context.Connection.RemoteIpAddress,
        User = context.User,
    };

    private string? TokenInAuth() =>
        Auth is { } auth && auth.TryGetProperty("token", out var token) && token.ValueKind == JsonValueKind.String
            ? NullIfEmpty(token.GetString()) : null;

    private string? TokenInQuery() => Query.TryGetValue("token", out var token) ? NullIfEmpty(token.ToString()) : null;

    private string? TokenInHeader() =>
        Headers.TryGetValue("Authorization", out var header) && header.ToString() is var text
        && text.StartsWith(BearerScheme, StringComparison.OrdinalIgnoreCase)
        ? NullIfEmpty(text[BearerScheme.Length..].Trim())
        : null;

    private static string? NullIfEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

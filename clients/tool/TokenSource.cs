using System.Net;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway.Auth;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tool;

/// <summary>A command's token: the given one, else one signed with the service's own key, where the settings have it, else one
/// issued by a service in Development.</summary>
internal sealed class TokenSource(Service service, Settings settings, string? given)
{
    /// <summary>Longer than any command runs.</summary>
    internal static readonly TimeSpan CommandLife = TimeSpan.FromHours(1);

    /// <summary>Returns a token for a user.</summary>
    /// <exception cref="ToolException">No token could be obtained.</exception>
    internal async Task<(string Token, DateTimeOffset? ExpiresAt)> Get(
        string userId, string? name, string? deviceId, string[] roles, TimeSpan life, CancellationToken cancellation)
    {
        if (!string.IsNullOrWhiteSpace(given))
            return (given.Trim(), null);
        if (!string.IsNullOrWhiteSpace(settings.Configuration["Auth:SigningKey"]))
            return Sign(userId, name, deviceId, roles, life);
        if (settings.Configuration["Auth:Authority"] is { Length: > 0 } authority)
        {
            throw new ToolException(
                ExitCodes.Undone,
                $"Tokens are made by {authority} (Auth__Authority): get one there, and give it by --token or ORLEANSCALLS_TOKEN.");
        }

        var (status, answer) = await service.Send(HttpMethod.Post, "dev/token", null, new JsonObject
        {
            ["userId"] = userId, ["name"] = name, ["deviceId"] = deviceId,
            ["roles"] = new JsonArray([.. roles.Select(role => (JsonNode)role)]),
        }, cancellation);
        if (status == HttpStatusCode.OK && (string?)(answer as JsonObject)?["token"] is { } token)
            return (token, DateTimeOffset.TryParse((string?)answer!["expiresAt"], out var expires) ? expires : null);
        throw new ToolException(
            ExitCodes.Undone,
            status == HttpStatusCode.NotFound
                ? $"{service.Url} gives no tokens, since it is not in Development: give one by --token or ORLEANSCALLS_TOKEN, or the service's key by Auth__SigningKey."
                : $"{service.Url} gives no token: {(string?)(answer as JsonObject)?["detail"] ?? $"status {(int)status}"}");
    }

    private (string, DateTimeOffset?) Sign(string userId, string? name, string? deviceId, string[] roles, TimeSpan life)
    {
        try
        {
            var token = new Tokens(
                SettingsReader.Read(settings.Configuration, reader => AuthOptions.Read(reader, null)),
                TimeProvider.System).Sign(userId, name, deviceId, roles, life);
            return (token.Token, token.ExpiresAt);
        }
        catch (SettingException wrong)
        {
            throw new ToolException(ExitCodes.Undone, wrong.Message, wrong);
        }
    }
}

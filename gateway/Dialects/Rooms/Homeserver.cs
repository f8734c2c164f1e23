using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Rooms;

/// <summary>
/// A client of a Matrix homeserver that uses the requesting user's access token (client-server API: <c>whoami</c>,
/// <c>joined_members</c>). Every failure becomes <c>unavailable</c>.
/// </summary>
public sealed class Homeserver(RoomOptions options, HttpClient http, ILogger<Homeserver> log) : IRoomDirectory
{
    private const int LongestToken = 4096;

    /// <summary>Returns the user of an access token; null if the homeserver rejects it.</summary>
    /// <exception cref="CallException">The homeserver is unavailable.</exception>
    public async Task<string?> WhoAmI(string accessToken, CancellationToken cancellation)
    {
        if (!IsToken(accessToken))
            return null;
        var (status, body) = await Get("_matrix/client/v3/account/whoami", accessToken, cancellation);
        if (status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
            return null;
        var user = status == HttpStatusCode.OK && body.Find("user_id") is { ValueKind: JsonValueKind.String } id
            ? id.GetString()!
            : "";
        return IsUser(user) ? user : throw Away(exception: null, $"whoami answered {(int)status} and no user");
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<RoomMember>?> GetMembers(
        string roomId, string asker, string? accessToken, CancellationToken cancellation)
    {
        if (accessToken is null || !IsToken(accessToken))
        {
            throw new CallException(
                CallErrorCode.Unauthenticated,
                "An accessToken of the homeserver is missing: the members of a room are asked with it.");
        }

        var path = $"_matrix/client/v3/rooms/{Uri.EscapeDataString(roomId)}/joined_members";
        var (status, body) = await Get(path, accessToken, cancellation);
        switch (status)
        {
            case HttpStatusCode.OK when body.Find("joined") is { ValueKind: JsonValueKind.Object } joined:
                var members = joined.EnumerateObject().Where(member => IsUser(member.Name)).Select(Member).ToImmutableArray();
                return members.Any(member => member.UserId == asker) ? members : null;
            case HttpStatusCode.Unauthorized:
                throw new CallException(CallErrorCode.Unauthenticated, "The homeserver does not know this accessToken.");
            case HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.BadRequest:
                return null;
            default:
                throw Away(exception: null, $"joined_members answered {(int)status} and no members");
        }
    }

    private static RoomMember Member(JsonProperty member) => new(
        member.Name,
        member.Value.Find("display_name") is { ValueKind: JsonValueKind.String } name
            ? DisplayNames.Clean(name.GetString())
            : null);

    // Tokens that cannot be sent in a header, and users that are not valid ids here, are rejected.
    private static bool IsToken(string token) =>
        token.Length is > 0 and <= LongestToken && token.All(c => c is > ' ' and < '\x7f');

    private static bool IsUser(string userId) => userId.Length is > 0 and <= CallLimits.UserId && !userId.Any(char.IsControl);

    private async Task<(HttpStatusCode Status, JsonElement Body)> Get(
        string path, string accessToken, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(options.Homeserver!, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(options.Patience);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
            var text = await response.Content.ReadAsStringAsync(patience.Token);
            using var json = JsonDocument.Parse(text);
            return (response.StatusCode, json.RootElement.Clone());
        }
        catch (JsonException exception)
        {
            throw Away(exception, "its answer is not JSON");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or SocketException
            or InvalidOperationException
            || (exception is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw Away(exception, patience.IsCancellationRequested ? "it took too long" : "there is no answer");
        }
    }

    private CallException Away(Exception? exception, string problem)
    {
        GatewayLog.HomeserverAway(log, exception, problem);
        return CallException.Unavailable("The homeserver could not be asked; try again.", TimeSpan.FromSeconds(2));
    }
}

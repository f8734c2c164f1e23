namespace OrleansCalls.Gateway.Rest;

/// <summary>The caller of a REST request: the user from the token, the device from the token or <c>X-Device-Id</c>.</summary>
/// <param name="Actor">The actor of its commands.</param>
public sealed record RestCaller(Actor Actor)
{
    /// <summary>The header with the user for whom a service acts.</summary>
    public const string ActAs = "X-Act-As";

    /// <summary>The header with the device, for tokens that name none.</summary>
    public const string Device = "X-Device-Id";

    /// <summary>Binds the caller; minimal APIs find this method by its name.</summary>
    public static ValueTask<RestCaller?> BindAsync(HttpContext context) =>
        new(Of(context, context.Request.RouteValues["callId"] as string));

    /// <summary>
    /// Returns the caller of a request that concerns <paramref name="callId"/>, wherever the request names it.
    /// </summary>
    public static RestCaller Of(HttpContext context, string? callId)
    {
        ArgumentNullException.ThrowIfNull(context);
        var user = context.User;
        var me = user.ToActor(DeviceIn(context.Request));
        if (ActedFor(context.Request) is { } other)
        {
            if (!user.HasRole(Principals.Service) || user.OnlyCall() is not null)
                throw CallException.Forbidden($"Only a token with the role service acts for others ({ActAs}).");
            me = me with { UserId = Check.UserId(other, ActAs), Name = null };
        }

        // An action token is valid for one call, whatever the address says.
        if (user.OnlyCall() is { } only && !string.Equals(only, callId, StringComparison.Ordinal))
            throw CallException.Forbidden("This token is good for another call.");
        return new RestCaller(me);
    }

    /// <summary>Returns the user for whom a service acts, not validated yet; null if the request names none.</summary>
    public static string? ActedFor(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(ActAs, out var sent) ? IdText.FromHeader(sent.ToString()) : null;
    }

    /// <summary>Returns the device in a request's header, not validated yet; null if there is none.</summary>
    public static string? DeviceIn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(Device, out var sent) ? IdText.FromHeader(sent.ToString()) : null;
    }
}

namespace OrleansCalls.Gateway.Rest;

/// <summary>Who makes a REST request: out of the token, the device out of the token or <c>X-Device-Id</c>.</summary>
/// <param name="Actor">As commands know it.</param>
public sealed record RestCaller(Actor Actor)
{
    /// <summary>The user for whom a service acts.</summary>
    public const string ActAs = "X-Act-As";

    /// <summary>The device, where the token names none.</summary>
    public const string Device = "X-Device-Id";

    /// <summary>Reads it; minimal APIs find this method by its name.</summary>
    public static ValueTask<RestCaller?> BindAsync(HttpContext context) =>
        new(Of(context, context.Request.RouteValues["callId"] as string));

    /// <summary>Reads it for a request that concerns <paramref name="callId"/>, wherever the request names it.</summary>
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

        // An action token is good for one call, whatever the address says.
        if (user.OnlyCall() is { } only && !string.Equals(only, callId, StringComparison.Ordinal))
            throw CallException.Forbidden("This token is good for another call.");
        return new RestCaller(me);
    }

    /// <summary>The user for whom a service acts, not checked yet; null if the request names none.</summary>
    public static string? ActedFor(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(ActAs, out var sent) ? IdText.FromHeader(sent.ToString()) : null;
    }

    /// <summary>The device that a request names in its header, not checked yet; null if it names none.</summary>
    public static string? DeviceIn(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Headers.TryGetValue(Device, out var sent) ? IdText.FromHeader(sent.ToString()) : null;
    }
}

namespace OrleansCalls.Gateway.Rest;

/// <summary>Issues tokens to anybody; in Development only.</summary>
internal static class DevRoutes
{
    private const int MostRoles = 8;

    /// <summary>Maps <c>/dev/token</c>.</summary>
    public static void MapDevTokens(this IEndpointRouteBuilder app) =>
        app.MapPost("/dev/token", (DevTokenRequest? body, Tokens tokens) =>
            {
                var request = Check.Body(body);
                if (request.Roles?.Count > MostRoles)
                    throw CallException.Invalid($"roles holds more than {MostRoles} roles.");
                return TypedResults.Ok(tokens.ForDevelopment(
                    Check.UserId(request.UserId, "userId"),
                    Check.OptionalId(request.Name, "name", CallLimits.Name),
                    request.DeviceId is null ? null : Check.DeviceId(request.DeviceId),
                    [.. (request.Roles ?? []).Select((role, i) => Check.Id(role, $"roles[{i}]", 32))]));
            })
            .WithTags("Development").WithName("createDevelopmentToken").WithSummary("A token for any user; in Development only");
}

using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCalls.Gateway.Descriptions;

namespace OrleansCalls.Gateway.Rest;

/// <summary>What operators see and do; for tokens with the role <c>admin</c>.</summary>
internal static class AdminRoutes
{
    private const int CountedCalls = 1000;

    /// <summary>Maps <c>/admin</c>.</summary>
    public static void MapAdmin(this IEndpointRouteBuilder api)
    {
        var admin = api.MapGroup("/admin").WithTags("Operators").RequireAuthorization(AuthSetup.AdminPolicy);

        admin.MapGet("/calls", List).WithName("listAllCalls").Words("state", "open", "ended")
            .AnswersAnyOf(typeof(Page<Call>), typeof(Page<PastCallView>)).WithSummary("Calls of everybody");
        admin.MapGet("/calls/{callId}/timeline", Timeline)
            .WithName("getTimeline").WithSummary("Everything that happened to a call, and its parties' names in the logs of the TURN servers");
        admin.MapPost("/calls/{callId}/end", async (HttpContext context, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.EndByAdmin(callId, context.User.UserId())))
            .WithName("endCallAsOperator").WithSummary("Ends a call");
        admin.MapGet("/users/{userId}", async (string userId, IGrainFactory grains) =>
                TypedResults.Ok(await grains.GetUser(Check.UserId(userId, "userId")).Inspect()))
            .WithName("inspectUser").WithSummary("A user's connections, devices and open calls");
        admin.MapPost("/users/{userId}/notify", async (string userId, NotifyRequest? body, UserCommands users) =>
                TypedResults.Ok(await users.Notify(userId, body)))
            .WithName("notifyUser").WithSummary("Sends an own notice to a user's connected devices");
        admin.MapDelete("/users/{userId}", async (HttpContext context, string userId, UserErasing erasing) =>
                TypedResults.Ok(await erasing.Erase(userId, context.User.UserId())))
            .WithName("eraseUser").MayFail(CallErrorCode.Conflict).WithSummary("Erases a user's data")
            .WithDescription(
                "Ends the user's live calls, forgets push tokens, settings and missed calls, and takes the user out of past calls: those that " +
                "others have in their history stay, with an anonymous id in the user's place. Safe to repeat. It does not keep the user out: " +
                "a token that is still good works as before.");
        admin.MapGet("/stats", Stats).WithName("getStats").WithSummary("What this process is doing, and which silos there are");
    }

    private static async Task<Results<Ok<Page<Call>>, Ok<Page<PastCallView>>>> List(
        IGrainFactory grains, CallCommands commands, string? state, string? before, int? limit)
    {
        var query = UserCommands.Query(new HistoryRequest { Before = before, Limit = limit });
        switch (state ?? "open")
        {
            case "open":
                var ids = await grains.GetCallDirectory().ListOpen(query.Limit);
                return TypedResults.Ok(new Page<Call>(await commands.ReadAll(ids, actor: null)));
            case "ended":
                var page = UserCommands.Answered(await grains.GetCallDirectory().ListEnded(query));
                return TypedResults.Ok(new Page<PastCallView>([.. page.Items.Select(p => new PastCallView(p))], page.Next));
            default:
                throw CallException.Invalid("state must be open or ended.");
        }
    }

    private static async Task<Ok<TimelineView>> Timeline(string callId, IGrainFactory grains, IceServers ice)
    {
        var grain = grains.GetCall(Check.CallId(callId));
        var entries = await grain.GetTimeline();
        if (entries.IsDefaultOrEmpty)
            throw new CallException(CallErrorCode.NotFound, "There is no such call.");
        // The names are derived from the ids, so handing credentials out writes nothing.
        var call = (await grain.Execute(new ReadCall())).Call;
        var parties = call is null ? [] : call.Legs.Select(leg => leg.UserId).Prepend(call.Caller.Id).Distinct(StringComparer.Ordinal);
        var names = parties.Select(id => ice.NameOf(id) is { } name ? new TurnNameView(id, name) : null).OfType<TurnNameView>().ToList();
        return TypedResults.Ok(new TimelineView(callId, entries, names.Count == 0 ? null : names));
    }

    private static async Task<Ok<StatsView>> Stats(
        IGrainFactory grains, GatewayIdentity gateway, ConnectionRegistry registry, PresenceWatches watches, DrainState drain)
    {
        var open = await grains.GetCallDirectory().ListOpen(CountedCalls);
        var silos = await grains.GetCluster().GetMembers();
        return TypedResults.Ok(new StatsView(
            gateway.GatewayId, gateway.StartedAt, registry.Count, registry.UserCount, watches.Count, open.Length, registry.Queued,
            drain.IsDraining, silos));
    }
}

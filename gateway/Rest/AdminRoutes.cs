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

        admin.MapGet("/calls", async (
                CallFinding finding, string? userId, string? from, string? to, string? state, string? reason, string? q, int? limit,
                string? cursor) =>
                TypedResults.Ok(await finding.Find(new SearchRequest(userId, from, to, state, reason, q, limit, cursor).Read())))
            .Only(SearchRequest.Names).Words("state", SearchRequest.States).Words("reason", SearchRequest.Reasons)
            .WithName("listAllCalls").WithSummary("Finds calls of anybody, open and ended, newest first");
        admin.MapGet("/calls/{callId}/timeline", async (string callId, TimelineReader timelines) =>
                TypedResults.Ok(await timelines.Read(callId)))
            .WithName("getTimeline")
            .WithSummary("Everything that happened to a call, what it means, and its parties' names in the logs of the TURN servers");
        admin.MapPost("/calls/{callId}/end", async (HttpContext context, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.EndByAdmin(callId, context.User.UserId())))
            .WithName("endCallAsOperator").WithSummary("Ends a call");
        admin.MapGet("/users/{userId}", async (string userId, IGrainFactory grains) =>
                TypedResults.Ok(await grains.GetUser(Check.UserId(userId, "userId")).Inspect()))
            .WithName("inspectUser").WithSummary("A user's connections, devices and open calls");
        admin.MapGet("/users/{userId}/calls", async (
                CallFinding finding, string userId, string? from, string? to, string? state, string? reason, string? q, int? limit,
                string? cursor) =>
                TypedResults.Ok(await finding.Find(new SearchRequest(userId, from, to, state, reason, q, limit, cursor).Read())))
            .Only([.. SearchRequest.Names.Except(["userId"])]).Words("state", SearchRequest.States).Words("reason", SearchRequest.Reasons)
            .WithName("listUserCalls").WithSummary("A user's calls, open and ended, newest first");
        admin.MapPost("/users/{userId}/notify", async (string userId, NotifyRequest? body, UserCommands users) =>
                TypedResults.Ok(await users.Notify(userId, body)))
            .WithName("notifyUser").WithSummary("Sends an own notice to a user's connected devices");
        admin.MapDelete("/users/{userId}", async (HttpContext context, string userId, IGrainFactory grains, Perseverance persevering) =>
            {
                var erasure = grains.GetErasure(Check.UserId(userId, "userId"));
                var status = await persevering.Ask(() => erasure.Start(context.User.UserId()));
                return TypedResults.Accepted($"/api/v1/admin/users/{Uri.EscapeDataString(userId)}/erasure", status);
            })
            .WithName("eraseUser").WithSummary("Erases a user's data, in the background")
            .WithDescription(
                "Ends the user's live calls, forgets push tokens, settings and missed calls, and takes the user out of past calls: those that " +
                "others have in their history stay, with an anonymous id in the user's place. Safe to repeat; asked again, it does what is left. It " +
                "does not keep the user out: a token that is still good works as before.");
        admin.MapGet("/users/{userId}/erasure", async (string userId, IGrainFactory grains, Perseverance persevering) =>
                TypedResults.Ok(await persevering.Ask(grains.GetErasure(Check.UserId(userId, "userId")).Get)
                    ?? throw new CallException(
                        CallErrorCode.NotFound, "No erasure of this user is known: none was asked for of late, or its silo is gone; ask again.")))
            .WithName("getErasure").MayFail(CallErrorCode.NotFound).WithSummary("How far the erasure of a user is");
        admin.MapPost("/purge", async (IGrainFactory grains, Perseverance persevering) =>
                TypedResults.Accepted("/api/v1/admin/purge", await persevering.Ask(grains.GetPurge().Start)))
            .WithName("startPurge").WithSummary("Deletes what is older than it is kept, in the background, as happens every ten minutes anyway");
        admin.MapGet("/purge", async (IGrainFactory grains, Perseverance persevering) =>
                TypedResults.Ok(await persevering.Ask(grains.GetPurge().Get)))
            .WithName("getPurge").WithSummary("How far the purge is");
        admin.MapGet("/stats", Stats).WithName("getStats").WithSummary("What this process is doing, and which silos there are");
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

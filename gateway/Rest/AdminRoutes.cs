using Microsoft.AspNetCore.Http.HttpResults;
using OrleansCalls.Gateway.Admin;
using OrleansCalls.Gateway.Descriptions;

namespace OrleansCalls.Gateway.Rest;

/// <summary>Routes for operators, who have the role <c>admin</c>.</summary>
internal static class AdminRoutes
{
    private const int CountedCalls = 1000;

    /// <summary>Maps <c>/admin</c>.</summary>
    public static void MapAdmin(this IEndpointRouteBuilder api, bool dashboard)
    {
        var admin = api.MapGroup("/admin").WithTags("Operators").RequireAuthorization(AuthSetup.AdminPolicy);

        admin.MapGet("/calls", async (
                CallFinding finding, string? userId, string? from, string? to, string? state, string? reason,
                string? q, int? limit,
                string? cursor) =>
                TypedResults.Ok(await finding.Find(new SearchRequest(userId, from, to, state, reason, q, limit, cursor).Read())))
            .Only(SearchRequest.Names).Words("state", SearchRequest.States).Words("reason", SearchRequest.Reasons)
            .WithName("listAllCalls").WithSummary("Finds calls of anybody, open and ended, newest first");
        admin.MapGet("/calls/{callId}/timeline", async (string callId, TimelineReader timelines) =>
                TypedResults.Ok(await timelines.Read(callId)))
            .WithName("getTimeline")
            .WithSummary(
                "Everything that happened to a call, what it means, and its parties' names in the logs of the TURN servers");
        admin.MapPost("/calls/{callId}/end", async (HttpContext context, string callId, CallCommands commands) =>
                TypedResults.Ok(await commands.EndByAdmin(callId, context.User.UserId())))
            .WithName("endCallAsOperator").WithSummary("Ends a call");
        admin.MapGet("/users/{userId}", async (string userId, IGrainFactory grains) =>
                TypedResults.Ok(await grains.GetUser(Check.UserId(userId, "userId")).Inspect()))
            .WithName("inspectUser").WithSummary("A user's connections, devices and open calls");
        admin.MapGet("/users/{userId}/calls", async (
                CallFinding finding, string userId, string? from, string? to, string? state, string? reason,
                string? q, int? limit,
                string? cursor) =>
                TypedResults.Ok(await finding.Find(new SearchRequest(userId, from, to, state, reason, q, limit, cursor).Read())))
            .Only([.. SearchRequest.Names.Except(["userId"])]).Words("state", SearchRequest.States)
            .Words("reason", SearchRequest.Reasons)
            .WithName("listUserCalls").WithSummary("A user's calls, open and ended, newest first");
        admin.MapPost("/users/{userId}/notify", async (string userId, NotifyRequest? body, UserCommands users) =>
                TypedResults.Ok(await users.Notify(userId, body)))
            .WithName("notifyUser").WithSummary("Sends an own notice to a user's connected devices");
        admin.MapDelete("/users/{userId}", async (HttpContext context, string userId, IGrainFactory grains, GrainRetry retry) =>
            {
                var erasure = grains.GetErasure(Check.UserId(userId, "userId"));
                var status = await retry.Ask(() => erasure.Start(context.User.UserId()));
                return TypedResults.Accepted($"/api/v1/admin/users/{Uri.EscapeDataString(userId)}/erasure", status);
            })
            .WithName("eraseUser").WithSummary("Erases a user's data, in the background")
            .WithDescription(
                "Ends the user's live calls, forgets push tokens, settings and missed calls, and takes the user out of past calls: those that "
                    +
                "others have in their history stay, with an anonymous id in the user's place. Idempotent: a repeated request continues where the first one stopped. It "
                    +
                "does not lock the user out: a token that is still valid works as before.");
        admin.MapGet("/users/{userId}/erasure", async (string userId, IGrainFactory grains, GrainRetry retry) =>
                TypedResults.Ok(await retry.Ask(grains.GetErasure(Check.UserId(userId, "userId")).Get)
                    ?? throw new CallException(
                        CallErrorCode.NotFound,
                        "No erasure of this user is known: none was requested recently, or its silo was lost; request it again.")))
            .WithName("getErasure").MayFail(CallErrorCode.NotFound).WithSummary("Progress of a user's erasure");
        admin.MapPost("/purge", async (IGrainFactory grains, GrainRetry retry) =>
                TypedResults.Accepted("/api/v1/admin/purge", await retry.Ask(grains.GetPurge().Start)))
            .WithName("startPurge")
            .WithSummary("Deletes data past its retention, in the background; this also runs every ten minutes");
        admin.MapGet("/purge", async (IGrainFactory grains, GrainRetry retry) =>
                TypedResults.Ok(await retry.Ask(grains.GetPurge().Get)))
            .WithName("getPurge").WithSummary("Progress of the purge");
        admin.MapAdminPage(dashboard);
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

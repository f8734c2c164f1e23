using OrleansCalls.Gateway.Descriptions;

namespace OrleansCalls.Gateway.Rest;

/// <summary>Routes of test rings: which devices would ring now.</summary>
internal static class TestRingRoutes
{
    private const string Description =
        "Sends each device a silent event over its connection and a silent push, waits up to 10 seconds for their acknowledgements, and reports for "
            +
        "each step its result and duration. No device rings, and nothing is stored. A PushKit push must ring, so PushKit is not tested: "
            +
        "where the same phone has an FCM token too, a background push goes there. Six tests a minute and one at a time for each user.";

    public static void MapTestRings(this IEndpointRouteBuilder api)
    {
        api.MapPost("/test-ring", async (RestCaller me, TestRingStartRequest? body, TestRingCommands tests) =>
                TypedResults.Ok(await tests.Start(me.Actor.UserId, body)))
            .OptionalBody().WithTags("Devices").WithName("testRing").WithSummary("Which of my devices would ring now")
            .WithDescription(Description);
        api.MapPost("/test-ring/{testId}/ack", async (HttpContext context, string testId, TestRingCommands tests) =>
            {
                await tests.Ack(RestCaller.Of(context, testId).Actor, testId, overSocket: false);
                return TypedResults.NoContent();
            })
            .AllowActionTokens().WithTags("Devices").WithName("ackTestRing").MayFail(CallErrorCode.NotFound)
            .WithSummary("This device was woken by the push of a test");
        api.MapPost(
            "/admin/users/{userId}/test-ring", async (string userId, TestRingStartRequest? body, TestRingCommands tests) =>
                    TypedResults.Ok(await tests.StartByAdmin(userId, body)))
            .RequireAuthorization(AuthSetup.AdminPolicy).OptionalBody().WithTags("Operators").WithName("testRingOfUser")
            .WithSummary("Which of a user's devices would ring now").WithDescription(Description);
    }
}

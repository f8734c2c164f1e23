namespace OrleansCalls.Gateway.Calls;

/// <summary>Test rings, for hub and REST: would this device ring now?</summary>
public sealed class TestRingCommands(IGrainFactory grains, UserRates rates, TimeProvider time)
{
    // As a call id, so that an action token can be signed for it; no user's call has this prefix by chance.
    private const string Prefix = "test-ring:";

    /// <summary>Tests a user's devices, or one of them; takes 10 seconds at most.</summary>
    public async Task<TestRingReport> Start(string? userId, TestRingStartRequest? body)
    {
        var user = Check.UserId(userId, "userId");
        var request = new TestRingRequest
        {
            TestId = Prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            DeviceId = body?.DeviceId is { } device ? Check.DeviceId(device) : null,
            CallerId = Check.OptionalId(body?.CallerId, "callerId", CallLimits.UserId),
        };
        // Not tried again: a test that was lost with a silo may have woken the phones already.
        var reply = await grains.GetUser(user).TestRing(request);
        return reply.Report ?? throw new CallException(reply.Error!);
    }

    /// <summary>As <see cref="Start"/>, for an operator, whose own requests are not counted: this one counts for the user.</summary>
    public Task<TestRingReport> StartByAdmin(string? userId, TestRingStartRequest? body)
    {
        rates.Take(Check.UserId(userId, "userId"));
        return Start(userId, body);
    }

    /// <summary>The actor's device acknowledges a test.</summary>
    /// <exception cref="CallException">The test is over, never was, or has sent this device nothing on that way: <c>not_found</c>.</exception>
    public async Task Ack(Actor actor, string? testId, bool overSocket)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var test = Check.Id(testId, "testId", CallLimits.CallId);
        var device = Check.DeviceId(actor.DeviceId);
        if (!await grains.GetUser(actor.UserId).AckTestRing(test, device, overSocket))
            throw new CallException(CallErrorCode.NotFound, "This test is over, or was not sent to this device.");
    }
}

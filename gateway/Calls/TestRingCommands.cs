namespace OrleansCalls.Gateway.Calls;

/// <summary>Test rings, for hub and REST: checks which devices would ring now.</summary>
public sealed class TestRingCommands(IGrainFactory grains, UserRates rates, TimeProvider time)
{
    // Formatted as a call id, so that an action token can be signed for it; calls of users do not collide with this prefix.
    private const string Prefix = "test-ring:";

    /// <summary>Tests a user's devices, or one of them; takes up to 10 seconds.</summary>
    public async Task<TestRingReport> Start(string? userId, TestRingStartRequest? body)
    {
        var user = Check.UserId(userId, "userId");
        var request = new TestRingRequest
        {
            TestId = Prefix + Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            DeviceId = body?.DeviceId is { } device ? Check.DeviceId(device) : null,
            CallerId = Check.OptionalId(body?.CallerId, "callerId", CallLimits.UserId),
        };
        // Not retried: a test lost with its silo may already have woken the phones.
        var reply = await grains.GetUser(user).TestRing(request);
        return reply.Report ?? throw new CallException(reply.Error!);
    }

    /// <summary>The same for an operator; it counts against the rate of the tested user.</summary>
    public Task<TestRingReport> StartByAdmin(string? userId, TestRingStartRequest? body)
    {
        rates.Take(Check.UserId(userId, "userId"));
        return Start(userId, body);
    }

    /// <summary>Acknowledges a test on the actor's device.</summary>
    /// <exception cref="CallException">
    /// <c>not_found</c>: the test has ended, is unknown, or sent nothing to this device that way.
    /// </exception>
    public async Task Ack(Actor actor, string? testId, bool overSocket)
    {
        ArgumentNullException.ThrowIfNull(actor);
        var test = Check.Id(testId, "testId", CallLimits.CallId);
        var device = Check.DeviceId(actor.DeviceId);
        if (!await grains.GetUser(actor.UserId).AckTestRing(test, device, overSocket))
            throw new CallException(CallErrorCode.NotFound, "This test is over, or was not sent to this device.");
    }
}

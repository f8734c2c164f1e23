namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The commands on calls for hub, REST and dialects: validates input, sends the command to the grain, and throws a <see
/// cref="CallException"/> when it is rejected. The actor always comes from the verified token, never from a message.
/// </summary>
public sealed class CallCommands(
    IGrainFactory grains, ICallIds ids, GrainRetry retry, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Starts a call.</summary>
    public async Task<Call> Start(Actor actor, StartCallRequest? body)
    {
        var request = Check.Body(body);
        var callId = request.CallId is null ? ids.Next() : Check.CallId(request.CallId);
        return await View(callId, new StartCall
        {
            Actor = actor,
            CallId = callId,
            CalleeIds = Check.UserIds(request.CalleeIds, "calleeIds"),
            Media = Check.Given(request.Media, "media"),
            Offer = Check.Description(request.Offer, "offer"),
            ConversationId = Check.OptionalId(request.ConversationId, "conversationId", CallLimits.ConversationId),
            Metadata = Check.Metadata(request.Metadata),
            RingSeconds = Check.RingSeconds(request.RingSeconds),
        });
    }

    /// <summary>Acknowledges that the actor's device is alerting.</summary>
    public Task<Call> AckRinging(Actor actor, string? callId) => View(Check.CallId(callId), new AckRinging { Actor = actor });

    /// <summary>Accepts the call on the actor's device.</summary>
    public Task<Call> Accept(Actor actor, AcceptCallRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new AcceptCall
        {
            Actor = actor, Answer = Check.Description(request.Answer, "answer"), Ready = request.Ready ?? true,
        });
    }

    /// <summary>Reports that the accepting device is ready for media.</summary>
    public Task<Call> Ready(Actor actor, ReadyCallRequest? body)
    {
        var request = Check.Body(body);
        return View(
            Check.CallId(request.CallId), new ReadyCall { Actor = actor, Answer = Check.Description(request.Answer, "answer") });
    }

    /// <summary>Rejects the call.</summary>
    public Task<Call> Reject(Actor actor, ReasonRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new RejectCall { Actor = actor, Reason = ReasonText.Fit(request.Reason) });
    }

    /// <summary>Cancels, hangs up or, while ringing, rejects the call.</summary>
    public Task<Call> End(Actor actor, ReasonRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new EndCall { Actor = actor, Reason = ReasonText.Fit(request.Reason) });
    }

    /// <summary>Ends the actor's part with <see cref="EndReason.Failed"/> when this service cannot carry it on.</summary>
    public Task<Call> Fail(Actor actor, string callId, string why) =>
        View(callId, new EndCall { Actor = actor, Reason = ReasonText.Fit(why), Failed = true });

    /// <summary>Silences the ring on all of the actor's devices.</summary>
    public Task Silence(Actor actor, string? callId) => Execute(Check.CallId(callId), new SilenceCall { Actor = actor });

    /// <summary>Returns the caller's offer to a callee.</summary>
    public async Task<OfferView> RequestOffer(Actor actor, string? callId)
    {
        var reply = await Execute(Check.CallId(callId), new RequestOffer { Actor = actor });
        return new OfferView(callId!, reply.Offer);
    }

    /// <summary>Sends a signal to the peer device.</summary>
    public Task Signal(Actor actor, SendSignalRequest? body)
    {
        var request = Check.Body(body);
        var kind = Check.Given(request.Kind, "kind");
        return Execute(Check.CallId(request.CallId), new SendSignal
        {
            Actor = actor,
            Kind = kind,
            Payload = Check.Payload(request.Payload, required: kind is not (SignalKind.EndOfCandidates or SignalKind.Custom)),
            ToUserId = request.ToUserId is null ? null : Check.UserId(request.ToUserId, "toUserId"),
        });
    }

    /// <summary>Invites more users into a live call.</summary>
    public Task<Call> Invite(Actor actor, InviteRequest? body)
    {
        var request = Check.Body(body);
        return View(
            Check.CallId(request.CallId),
            new InviteToCall { Actor = actor, CalleeIds = Check.UserIds(request.CalleeIds, "calleeIds") });
    }

    /// <summary>Moves the actor's live call to this device.</summary>
    public Task<Call> Move(Actor actor, string? callId) => View(Check.CallId(callId), new MoveCall { Actor = actor });

    /// <summary>Reports the state of the actor's media path.</summary>
    public Task ReportMedia(Actor actor, ReportMediaRequest? body)
    {
        var request = Check.Body(body);
        return Execute(Check.CallId(request.CallId), new ReportMedia
        {
            Actor = actor,
            State = Check.Given(request.State, "state"),
            Audio = request.Audio,
            Video = request.Video,
            Screen = request.Screen,
            Stats = Check.Stats(request.Stats),
        });
    }

    /// <summary>Rates an ended call.</summary>
    public Task Rate(Actor actor, RateCallRequest? body)
    {
        var request = Check.Body(body);
        return Execute(Check.CallId(request.CallId), new RateCall
        {
            Actor = actor,
            Stars = Check.Number(Check.Given(request.Stars, "stars"), "stars", 1, CallLimits.MaxStars),
        });
    }

    /// <summary>Returns the current state of the call.</summary>
    public Task<Call> Get(Actor actor, string? callId) => View(Check.CallId(callId), new ReadCall { Actor = actor });

    /// <summary>Returns the call as operators see it.</summary>
    public Task<Call> GetForOperator(string? callId) => View(Check.CallId(callId), new ReadCall());

    /// <summary>Ends the call on behalf of an operator.</summary>
    public Task<Call> EndByAdmin(string? callId, string operatorId) =>
        View(Check.CallId(callId), new EndByAdmin { OperatorId = operatorId });

    /// <summary>Returns the actor's open calls.</summary>
    public async Task<Call[]> GetOpen(Actor actor)
    {
        var open = await retry.Ask(() => grains.GetUser(actor.UserId).GetOpenCallIds());
        return await ReadAll(open, actor);
    }

    /// <summary>
    /// Returns the calls of a list of ids as <paramref name="actor"/> sees them (null: an operator); calls whose state has been
    /// deleted are omitted.
    /// </summary>
    public async Task<Call[]> ReadAll(IReadOnlyCollection<string> callIds, Actor? actor)
    {
        var read = new ReadCall { Actor = actor };
        var replies = await Task.WhenAll(callIds.Select(id => retry.Ask(() => grains.GetCall(id).Execute(read))));
        return [.. replies.Where(r => r is { Succeeded: true, Call.State: not CallPhase.Ended }).Select(r => r.Call!)];
    }

    /// <summary>Sends one command, records its metrics, and throws a <see cref="CallException"/> when it is rejected.</summary>
    public async Task<CallReply> Execute(string callId, CallCommand command)
    {
        using var span = CallTrace.Start("command", command, callId);
        var started = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var reply = await retry.Ask(() => grains.GetCall(callId).Execute(command), repeatable: command is not SendSignal);
            outcome = reply.Error?.Code.Wire() ?? "ok";
            return reply.Succeeded ? reply : throw new CallException(reply.Error, reply.Call);
        }
        finally
        {
            span.Outcome(outcome, failed: outcome == "failed");
            metrics.Command(command.GetType().Name, outcome, time.GetElapsedTime(started));
        }
    }

    private async Task<Call> View(string callId, CallCommand command)
    {
        var reply = await Execute(callId, command);
        return reply.Call is { } call
            ? call
            : throw new CallException(CallErrorCode.NotFound, "There is no such call.");
    }
}

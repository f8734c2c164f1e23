namespace OrleansCalls.Gateway.Calls;

/// <summary>
/// The one way to a call, for hub, REST and dialects: checks shapes, sends the command, and turns a refusal into a
/// <see cref="CallException"/>. The actor always comes from the verified token, never from a message.
/// </summary>
public sealed class CallCommands(
    IGrainFactory grains, ICallIds ids, Perseverance persevering, GatewayMetrics metrics, TimeProvider time)
{
    /// <summary>Rings people.</summary>
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

    /// <summary>The actor's device is alerting.</summary>
    public Task<Call> AckRinging(Actor actor, string? callId) => View(Check.CallId(callId), new AckRinging { Actor = actor });

    /// <summary>The actor's device takes the call.</summary>
    public Task<Call> Accept(Actor actor, AcceptCallRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new AcceptCall
        {
            Actor = actor, Answer = Check.Description(request.Answer, "answer"), Ready = request.Ready ?? true,
        });
    }

    /// <summary>The accepting device can take media.</summary>
    public Task<Call> Ready(Actor actor, ReadyCallRequest? body)
    {
        var request = Check.Body(body);
        return View(
            Check.CallId(request.CallId), new ReadyCall { Actor = actor, Answer = Check.Description(request.Answer, "answer") });
    }

    /// <summary>The actor declines.</summary>
    public Task<Call> Reject(Actor actor, ReasonRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new RejectCall { Actor = actor, Reason = ReasonText.Fit(request.Reason) });
    }

    /// <summary>The actor cancels, hangs up or, while ringing, declines.</summary>
    public Task<Call> End(Actor actor, ReasonRequest? body)
    {
        var request = Check.Body(body);
        return View(Check.CallId(request.CallId), new EndCall { Actor = actor, Reason = ReasonText.Fit(request.Reason) });
    }

    /// <summary>The actor's side cannot be carried, for a reason of this service's own: its part ends <see cref="EndReason.Failed"/>.</summary>
    public Task<Call> Fail(Actor actor, string callId, string why) =>
        View(callId, new EndCall { Actor = actor, Reason = ReasonText.Fit(why), Failed = true });

    /// <summary>Stops the ringing on the actor's devices.</summary>
    public Task Silence(Actor actor, string? callId) => Execute(Check.CallId(callId), new SilenceCall { Actor = actor });

    /// <summary>The caller's offer, for a callee.</summary>
    public async Task<OfferView> RequestOffer(Actor actor, string? callId)
    {
        var reply = await Execute(Check.CallId(callId), new RequestOffer { Actor = actor });
        return new OfferView(callId!, reply.Offer);
    }

    /// <summary>Passes a signal to the peer device.</summary>
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

    /// <summary>Rings more people into a live call.</summary>
    public Task<Call> Invite(Actor actor, InviteRequest? body)
    {
        var request = Check.Body(body);
        return View(
            Check.CallId(request.CallId),
            new InviteToCall { Actor = actor, CalleeIds = Check.UserIds(request.CalleeIds, "calleeIds") });
    }

    /// <summary>Takes the actor's live call over on this device.</summary>
    public Task<Call> Move(Actor actor, string? callId) => View(Check.CallId(callId), new MoveCall { Actor = actor });

    /// <summary>Tells how the actor's media path is.</summary>
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

    /// <summary>The call as it now is.</summary>
    public Task<Call> Get(Actor actor, string? callId) => View(Check.CallId(callId), new ReadCall { Actor = actor });

    /// <summary>The call as operators see it.</summary>
    public Task<Call> GetForOperator(string? callId) => View(Check.CallId(callId), new ReadCall());

    /// <summary>An operator ends the call.</summary>
    public Task<Call> EndByAdmin(string? callId, string operatorId) => View(Check.CallId(callId), new EndByAdmin { OperatorId = operatorId });

    /// <summary>The open calls of the actor.</summary>
    public async Task<Call[]> GetOpen(Actor actor)
    {
        var open = await persevering.Ask(() => grains.GetUser(actor.UserId).GetOpenCallIds());
        return await ReadAll(open, actor);
    }

    /// <summary>The calls of a list of ids as <paramref name="actor"/> sees them (null: an operator); those that are gone by now are left out.</summary>
    public async Task<Call[]> ReadAll(IReadOnlyCollection<string> callIds, Actor? actor)
    {
        var read = new ReadCall { Actor = actor };
        var replies = await Task.WhenAll(callIds.Select(id => persevering.Ask(() => grains.GetCall(id).Execute(read))));
        return [.. replies.Where(r => r is { Succeeded: true, Call.State: not CallPhase.Ended }).Select(r => r.Call!)];
    }

    /// <summary>Sends one command, counts it, and turns a refusal into an exception.</summary>
    public async Task<CallReply> Execute(string callId, CallCommand command)
    {
        using var span = CallTrace.Start("command", command, callId);
        var started = time.GetTimestamp();
        var outcome = "failed";
        try
        {
            var reply = await persevering.Ask(() => grains.GetCall(callId).Execute(command), repeatable: command is not SendSignal);
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

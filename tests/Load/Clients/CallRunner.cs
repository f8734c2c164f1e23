using System.Text;

namespace OrleansCalls.Load.Clients;

/// <summary>
/// Takes calls through a plan: hears an event, does what comes next, times each step. A call belongs to the slot that its number
/// leads to, so that no table has to be searched.
/// </summary>
internal sealed class CallRunner : ICallListener
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly Fleet _fleet;
    private readonly CallSlot[] _slots;
    private readonly long _base;
    private CallPlan _plan;
    private Stages _goal;
    private Histogram[] _steps = [.. Enum.GetValues<Step>().Select(_ => new Histogram())];

    /// <summary>A runner for calls between these pairs.</summary>
    /// <param name="fleet">Whose clients they are; the runner hears all their calls from now on.</param>
    /// <param name="plan">How far to take each call.</param>
    /// <param name="pairs">Caller and callee of each slot.</param>
    /// <param name="firstNumber">Numbers of calls start here; a server must not meet one twice.</param>
    public CallRunner(Fleet fleet, CallPlan plan, IEnumerable<(Client Caller, Client Callee)> pairs, long firstNumber)
    {
        _fleet = fleet;
        Follow(plan);
        _slots = [.. pairs.Select((pair, index) => new CallSlot(index, pair.Caller, pair.Callee))];
        // Slot i has the numbers that leave the remainder i.
        _base = (firstNumber + _slots.Length - 1) / _slots.Length;
        fleet.Listener = this;
    }

    /// <summary>The plan is through for the call in this slot, or failed; the slot is free.</summary>
    public Action<int>? Finished { get; set; }

    /// <summary>An event that a scenario wants to see for itself.</summary>
    public Action<CallSlot, Heard, string>? Overheard { get; set; }

    public int Slots => _slots.Length;

    public IReadOnlyList<CallSlot> AllSlots => _slots;

    /// <summary>How many calls went through their plan.</summary>
    public long Completed { get; private set; }

    /// <summary>How many did not.</summary>
    public long Failed { get; private set; }

    /// <summary>How many calls are on their way through the plan.</summary>
    public int Open { get; private set; }

    /// <summary>What was timed since the last time that somebody asked.</summary>
    public Histogram[] TakeSteps()
    {
        var steps = _steps;
        _steps = [.. steps.Select(_ => new Histogram())];
        return steps;
    }

    /// <summary>Starts a call in a free slot.</summary>
    public void Begin(int index, long intended, int ringSeconds = 60)
    {
        var slot = _slots[index];
        slot.Number = slot.Number < 0 ? (_base * _slots.Length) + index : slot.Number + _slots.Length;
        slot.Heard = Stages.None;
        slot.FromCaller.Clear();
        slot.FromCallee.Clear();
        slot.IsThrough = false;
        slot.IsOpen = true;
        slot.Intended = intended;
        Open++;
        Send(slot, slot.Caller, Command.Start, ringSeconds);
    }

    /// <summary>From here on calls go as far as this plan takes them.</summary>
    public void Follow(CallPlan plan) => (_plan, _goal) = (plan, Plans.Goal(plan));

    /// <summary>Takes the call that a shorter plan has left as it is on to where the plan of now leaves it.</summary>
    /// <returns>False when the slot has none.</returns>
    public bool Continue(int index)
    {
        var slot = _slots[index];
        if (!slot.IsThrough || slot.IsOpen)
            return false;
        slot.IsOpen = true;
        Open++;
        if (_plan == CallPlan.Active)
            Send(slot, slot.Callee, Command.Accept);
        else
            Send(slot, slot.Caller, Command.End);
        return true;
    }

    /// <summary>Fails what has not come through its plan.</summary>
    public void FailOpen()
    {
        foreach (var slot in _slots.Where(slot => slot.IsOpen))
            Fail(slot, $"stuck: {_plan} call without {_goal & ~slot.Heard}");
    }

    /// <summary>Fails what has not moved for long; to be called now and then.</summary>
    public void Sweep()
    {
        var before = EventLoop.Now - (long)(Patience.TotalSeconds * Stopwatch.Frequency);
        foreach (var slot in _slots.Where(slot => slot.IsOpen && slot.SentAt < before))
            Fail(slot, $"stuck: {_plan} call without {_goal & ~slot.Heard}");
    }

    void ICallListener.Heard(Client client, News news)
    {
        var slot = _slots[news.Call % _slots.Length];
        // What is told of a call that is over for the plan, such as its end to whoever ended it, comes too late to matter.
        if (news.Call != slot.Number || !slot.IsOpen)
            return;
        if (news.Heard == Heard.Failed)
        {
            Fail(slot, $"{news.Command}: {Encoding.UTF8.GetString(news.Raw)}");
            return;
        }

        var stage = news.Heard == Heard.Signal || (news.Heard == Heard.Done && news.Command == Command.Signal)
            ? Exchange(slot, client, news)
            : Plans.StageOf(client == slot.Caller, news);
        if (stage == Stages.None)
            return;
        slot.Heard |= stage;
        Time(slot, stage);
        Overheard?.Invoke(slot, news.Heard, stage is Stages.Started ? Encoding.UTF8.GetString(news.Raw) : "");
        GoOn(slot, stage);
        if ((slot.Heard & _goal) == _goal)
            Finish(slot);
    }

    private void GoOn(CallSlot slot, Stages stage)
    {
        if (stage == Stages.Incoming)
            Send(slot, slot.Callee, _plan == CallPlan.Rejected ? Command.Reject : Command.Ack);
        else if (stage == Stages.Acked && _plan is CallPlan.Answered or CallPlan.Active or CallPlan.Signalled)
            Send(slot, slot.Callee, Command.Accept);
        else if (stage == Stages.Accepted && _plan == CallPlan.Answered)
            Send(slot, slot.Caller, Command.End);
        else if (stage == Stages.Accepted && _plan == CallPlan.Signalled)
            slot.FromCaller.Send(slot.Caller, slot.Number);
        else if (stage == Stages.AcceptDone && _plan == CallPlan.Signalled)
            slot.FromCallee.Send(slot.Callee, slot.Number);
        else if (stage == Stages.Signalled)
            Send(slot, slot.Caller, Command.End);
    }

    /// <summary>
    /// Takes what concerns signals. Returns <see cref="Stages.Signalled"/> when all of both sides have arrived.
    /// </summary>
    private Stages Exchange(CallSlot slot, Client client, News news)
    {
        var fromCaller = (client == slot.Caller) == (news.Heard == Heard.Done);
        var lane = fromCaller ? slot.FromCaller : slot.FromCallee;
        if (news.Heard == Heard.Done)
            lane.Answered(client, slot.Number);
        else if (lane.Received(news.Raw) is { } nanoseconds)
            Record(Step.SignalToReceived, nanoseconds);
        else
            Fail(slot, "a signal came twice, or out of order");
        return slot.IsOpen && slot.FromCaller.IsDone && slot.FromCallee.IsDone ? Stages.Signalled : Stages.None;
    }

    private void Time(CallSlot slot, Stages stage)
    {
        var now = EventLoop.Now;
        switch (stage)
        {
            case Stages.Incoming:
                Record(Step.StartToIncoming, now - slot.SentAt);
                Record(Step.IntendedToIncoming, now - slot.Intended);
                break;
            case Stages.Ringing:
                Record(Step.AckToRinging, now - slot.AckedAt);
                break;
            case Stages.Accepted:
                Record(Step.AcceptToAccepted, now - slot.SentAt);
                break;
            case Stages.Rejected:
                Record(Step.RejectToRejected, now - slot.SentAt);
                Record(Step.IntendedToRejected, now - slot.Intended);
                break;
            case Stages.Ended when _plan is CallPlan.Answered or CallPlan.Signalled:
                Record(Step.EndToEnded, now - slot.SentAt);
                break;
        }
    }

    private void Record(Step step, long nanoseconds) => _steps[(int)step].Record(nanoseconds);

    private void Send(CallSlot slot, Client client, Command command, int ringSeconds = 60)
    {
        slot.SentAt = EventLoop.Now;
        if (command == Command.Ack)
            slot.AckedAt = slot.SentAt;
        client.Send(command, slot.Number, slot.Callee.UserId, ringSeconds);
    }

    private void Fail(CallSlot slot, string why)
    {
        Failed++;
        _fleet.Errors.Count(why);
        slot.IsThrough = false;
        Close(slot);
    }

    private void Finish(CallSlot slot)
    {
        Completed++;
        slot.IsThrough = true;
        slot.EndedAt = TimeProvider.System.GetUtcNow();
        Close(slot);
    }

    private void Close(CallSlot slot)
    {
        slot.IsOpen = false;
        Open--;
        Finished?.Invoke(slot.Index);
    }
}

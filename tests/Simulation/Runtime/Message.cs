using Orleans.CodeGeneration;
using Orleans.Serialization.Invocation;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>Something that an activation does in a turn of its own: a request, or the tick of a timer.</summary>
internal abstract class WorkItem
{
    /// <summary>Whether it may start while others are under way.</summary>
    public virtual bool AlwaysInterleaves => false;

    /// <summary>Whether it may start while only others of its kind are under way.</summary>
    public virtual bool IsReadOnly => false;

    /// <summary>Whether it dies with its activation and does not keep it in memory.</summary>
    public virtual bool IsTick => false;

    public abstract ValueTask<Response> Invoke(Activation target);

    public virtual void Complete(Activation target, Response response)
    {
    }

    public virtual void Fail(Exception exception)
    {
    }
}

/// <summary>A request on its way to a grain or an observer, and its answer on the way back.</summary>
internal sealed class Message : WorkItem
{
    private readonly SimulatedCluster _cluster;
    private readonly InvokeMethodOptions _options;
    private readonly Answer? _answer;
    private readonly ITimer? _deadline;
    private IInvokable _request;

    public Message(
        SimulatedCluster cluster, SimulatedSilo? origin, GrainId target, IInvokable request,
        InvokeMethodOptions options, Answer? answer)
    {
        _cluster = cluster;
        _request = request;
        _options = options;
        Origin = origin;
        Target = target;
        if ((options & InvokeMethodOptions.OneWay) != 0)
        {
            answer?.Take(Response.Completed);
            return;
        }

        _answer = answer;
        _deadline = cluster.Time.CreateTimer(
            static message => ((Message)message!).TimeOut(), this,
            request.GetDefaultResponseTimeout() ?? SimulatedCluster.ResponseTimeout, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The silo that sends it; null for a client.</summary>
    public SimulatedSilo? Origin { get; }

    public GrainId Target { get; }

    /// <summary>Interface and method, with a dot between.</summary>
    public string Method => $"{_request.GetInterfaceName()}.{_request.GetMethodName()}";

    public Type Interface => _request.GetInterfaceType();

    public override bool AlwaysInterleaves => (_options & InvokeMethodOptions.AlwaysInterleave) != 0;

    public override bool IsReadOnly => (_options & InvokeMethodOptions.ReadOnly) != 0;

    /// <summary>The answer is lost on its way: the caller sees a timeout.</summary>
    public bool LoseAnswer { get; set; }

    public override ValueTask<Response> Invoke(Activation target)
    {
        Receive(target.Silo);
        return Call(target);
    }

    /// <summary>Runs the request against an observer of a client.</summary>
    public ValueTask<Response> InvokeAtClient(ITargetHolder observer)
    {
        Receive(null);
        return Call(observer);
    }

    public override void Complete(Activation target, Response response) => Complete(target.Silo, response);

    /// <summary>Brings the answer back from a silo, or from a client.</summary>
    public void Complete(SimulatedSilo? from, Response response)
    {
        if (LoseAnswer || _answer is null)
            return;
        _deadline?.Dispose();
        _answer.Take(_cluster.Transport.Answer(response, from, Origin));
    }

    public override void Fail(Exception exception)
    {
        _deadline?.Dispose();
        _answer?.Fail(exception);
    }

    private ValueTask<Response> Call(ITargetHolder target)
    {
        _request.SetTarget(target);
        return _request.Invoke();
    }

    private void Receive(SimulatedSilo? at) => _request = _cluster.Transport.Request(_request, Origin, at);

    private void TimeOut() => Fail(new TimeoutException($"{Method} of {Target} was not answered in time."));
}

/// <summary>What the caller of a grain awaits.</summary>
internal abstract class Answer
{
    /// <summary>Takes the response; the first answer or failure counts.</summary>
    public abstract void Take(Response response);

    public abstract void Fail(Exception exception);
}

internal sealed class Answer<T> : Answer
{
    // As in Orleans, the caller goes on in a turn of its own scheduler.
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _source.Task;

    public override void Take(Response response)
    {
        if (response.Exception is { } exception)
            Fail(exception);
        else
            _source.TrySetResult(response.GetResult<T>()!);
    }

    public override void Fail(Exception exception) => _source.TrySetException(exception);
}

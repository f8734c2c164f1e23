using System.Diagnostics;

namespace Orleans.Runtime;

/// <summary>One request on its way to an activation or an observer.</summary>
internal sealed class Message
{
    private static readonly ActivitySource Traces = new("Microsoft.Orleans.Application");

    private readonly ITimer? _deadline;
    private readonly ActivityContext _cause = Activity.Current?.Context ?? default;

    public Message(GrainId target, GrainMethod method, object?[] arguments, Answer answer, Silo silo)
    {
        Target = target;
        Method = method;
        Arguments = arguments;
        Answer = answer;
        if (method.OneWay)
        {
            answer.Take(Task.CompletedTask);
            return;
        }

        _deadline = silo.Time.CreateTimer(
            static state => ((Message)state!).TimeOut(), this, method.Timeout ?? silo.ResponseTimeout, Timeout.InfiniteTimeSpan);
    }

    public GrainId Target { get; }

    public GrainMethod Method { get; }

    public object?[] Arguments { get; }

    public Answer Answer { get; }

    /// <summary>The answer is lost on its way: the caller will see a timeout.</summary>
    public bool LoseAnswer { get; set; }

    public bool MayInterleave(bool onlyReadOnlyRunning) => Method.AlwaysInterleave || (Method.ReadOnly && onlyReadOnlyRunning);

    /// <summary>
    /// Begins the span of the call where it runs. That place knows nothing of the caller's but what came with the message: what happens to
    /// be current is the trace of whoever woke the activation.
    /// </summary>
    public Activity? Trace()
    {
        if (Activity.Current is not null)
            Activity.Current = null;
        return _cause == default ? null : Traces.StartActivity(Method.Name, ActivityKind.Server, _cause);
    }

    public void Complete(Task finished)
    {
        if (LoseAnswer)
            return;
        _deadline?.Dispose();
        Answer.Take(finished);
    }

    public void Fail(Exception exception)
    {
        _deadline?.Dispose();
        Answer.Fail(exception);
    }

    private void TimeOut()
    {
        _deadline?.Dispose();
        Answer.Fail(new TimeoutException($"{Method.Name} of {Target} was not answered in time."));
    }
}

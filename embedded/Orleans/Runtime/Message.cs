namespace Orleans.Runtime;

/// <summary>One request on its way to an activation or an observer.</summary>
internal sealed class Message
{
    private readonly ITimer? _deadline;

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

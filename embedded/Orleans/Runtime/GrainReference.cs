using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>A reference: turns calls of an interface's methods into messages.</summary>
public class GrainReference : DispatchProxy
{
    private Silo _silo = null!;

    /// <summary>The grain behind it.</summary>
    public GrainId GrainId { get; private set; }

    /// <summary>The interface that it has.</summary>
    public GrainInterfaceType InterfaceType { get; private set; }

    internal static T Create<T>(Silo silo, GrainId target)
    {
        var proxy = Create<T, GrainReference>()!;
        var self = (GrainReference)(object)proxy;
        self._silo = silo;
        self.GrainId = target;
        self.InterfaceType = new GrainInterfaceType(typeof(T));
        return proxy;
    }

    /// <inheritdoc/>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var method = GrainMethod.Of(targetMethod!);
        var message = new Message(GrainId, method, args ?? [], method.NewAnswer(), _silo);
        _silo.Send(message);
        return message.Answer.Task;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is GrainReference other && other.GrainId == GrainId;

    /// <inheritdoc/>
    public override int GetHashCode() => GrainId.GetHashCode();
}

/// <summary>What is known of one method of a grain interface.</summary>
internal sealed class GrainMethod
{
    private static readonly ConcurrentDictionary<MethodInfo, GrainMethod> Known = new();

    private readonly MethodInvoker _invoker;
    private readonly Func<Answer> _newAnswer;

    private GrainMethod(MethodInfo method)
    {
        Name = $"{method.DeclaringType!.Name}.{method.Name}";
        Interface = method.DeclaringType;
        _invoker = MethodInvoker.Create(method);
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        ReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        OneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        _newAnswer = NewAnswerOf(method);
    }

    public string Name { get; }

    public Type Interface { get; }

    public bool AlwaysInterleave { get; }

    public bool ReadOnly { get; }

    public bool OneWay { get; }

    public TimeSpan? Timeout { get; }

    public static GrainMethod Of(MethodInfo method) => Known.GetOrAdd(method, static m => new GrainMethod(m));

    public Answer NewAnswer() => _newAnswer();

    public Task Call(object target, object?[] arguments) => (Task)_invoker.Invoke(target, arguments.AsSpan())!;

    private static Func<Answer> NewAnswerOf(MethodInfo method)
    {
        if (method.ReturnType == typeof(Task))
            return () => new Answer<bool>();
        if (!method.ReturnType.IsGenericType || method.ReturnType.GetGenericTypeDefinition() != typeof(Task<>))
            throw new NotSupportedException($"{method.DeclaringType}.{method.Name} must return a Task.");
        var type = typeof(Answer<>).MakeGenericType(method.ReturnType.GetGenericArguments());
        return () => (Answer)Activator.CreateInstance(type)!;
    }
}

/// <summary>What the caller of a message awaits.</summary>
internal abstract class Answer
{
    public abstract Task Task { get; }

    /// <summary>Takes over what a finished call came to.</summary>
    public abstract void Take(Task finished);

    public abstract bool Fail(Exception exception);
}

internal sealed class Answer<T> : Answer
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task Task => _source.Task;

    public override void Take(Task finished)
    {
        if (finished.IsFaulted)
            Fail(finished.Exception.InnerException!);
        else if (finished.IsCanceled)
            _source.TrySetCanceled();
        else
            _source.TrySetResult(finished is Task<T> typed ? typed.Result : default!);
    }

    public override bool Fail(Exception exception) => _source.TrySetException(exception);
}

using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// What happens to the contents of messages. Within a silo they are copied, arguments by the generated proxies and results here;
/// between processes they are written to bytes and read back, so that a member without its <c>[Id]</c> arrives empty, and a type
/// without its serializer ends the run.
/// </summary>
internal sealed class Transport(SeededExecutor executor, IGrainFactory client)
{
    private readonly Serializer _serializer = GrainTypes.Serializer;
    private readonly DeepCopier _copier = GrainTypes.Copier;

    /// <summary>The request as its receiver gets it; null stands for a client.</summary>
    public IInvokable Request(IInvokable request, SimulatedSilo? from, SimulatedSilo? to) =>
        from == to && to is not null ? request : Sent(request, to);

    /// <summary>The response as the caller gets it.</summary>
    public Response Answer(Response response, SimulatedSilo? from, SimulatedSilo? to)
    {
        if (response.Exception is not null)
            return response;
        return from == to && to is not null ? _copier.Copy(response)! : Sent(response, to);
    }

    private T Sent<T>(T content, SimulatedSilo? to)
        where T : class
    {
        try
        {
            var bytes = _serializer.SerializeToArray<object>(content);
            // References that arrive are bound to the process that they arrive in.
            using (GrainTypes.ReceiveAt(to?.Factory ?? client))
                return (T)_serializer.Deserialize<object>(bytes)!;
        }
        catch (Exception exception)
        {
            executor.Defect ??= new InvalidOperationException($"{content} cannot be sent from one process to another.", exception);
            return content;
        }
    }
}

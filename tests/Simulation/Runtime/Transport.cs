using Orleans.Serialization;
using Orleans.Serialization.Invocation;

namespace OrleansCalls.Tests.Simulation.Runtime;

/// <summary>
/// What happens to the contents of messages. They are copied, arguments by the generated proxies and results here. If asked for,
/// what goes from one process to another is written to bytes and read back, so that a member without its <c>[Id]</c> arrives
/// empty, and a type without its serializer ends the run.
/// </summary>
internal sealed class Transport(SeededExecutor executor, IGrainFactory client, bool serializes)
{
    private readonly Serializer _serializer = GrainTypes.Serializer;
    private readonly DeepCopier _copier = GrainTypes.Copier;

    /// <summary>The request as its receiver gets it; null stands for a client.</summary>
    public IInvokable Request(IInvokable request, SimulatedSilo? from, SimulatedSilo? to) =>
        Crosses(from, to) ? Sent(request, to) : request;

    /// <summary>The response as the caller gets it.</summary>
    public Response Answer(Response response, SimulatedSilo? from, SimulatedSilo? to)
    {
        if (response.Exception is not null)
            return response;
        return Crosses(from, to) ? Sent(response, to) : _copier.Copy(response)!;
    }

    private bool Crosses(SimulatedSilo? from, SimulatedSilo? to) => serializes && (from != to || to is null);

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
            executor.Defect ??= new InvalidOperationException(
                $"{content} cannot be sent from one process to another.", exception);
            return content;
        }
    }
}

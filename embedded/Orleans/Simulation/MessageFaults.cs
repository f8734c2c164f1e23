using Orleans.Runtime;

namespace OrleansCalls.Embedded.Simulation;

/// <summary>What becomes of a message between grains.</summary>
public enum MessageFate
{
    /// <summary>It arrives and is answered.</summary>
    Deliver,

    /// <summary>It never arrives; the caller sees a timeout.</summary>
    LoseRequest,

    /// <summary>It is carried out, and the answer is lost; the caller sees a timeout.</summary>
    LoseAnswer,

    /// <summary>It arrives late.</summary>
    Delay,
}

/// <summary>A message, as those see it who decide its fate.</summary>
public readonly struct GrainMessage
{
    internal GrainMessage(Message message) => Message = message;

    /// <summary>Where it goes.</summary>
    public GrainId Target => Message.Target;

    /// <summary>The interface and method, with a dot between.</summary>
    public string Method => Message.Method.Name;

    internal Message Message { get; }
}

/// <summary>Decides the fate of messages.</summary>
public interface IMessageFaults
{
    /// <summary>Brings a message on its way, or does not.</summary>
    void Apply(GrainMessage message, Action deliver);
}

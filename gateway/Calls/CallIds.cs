namespace OrleansCalls.Gateway.Calls;

/// <summary>Generates ids for calls that are started without one.</summary>
public interface ICallIds
{
    /// <summary>Returns a new unique id.</summary>
    string Next();
}

/// <summary>UUIDs of version 7, which sort by time, on this service's clock.</summary>
public sealed class CallIds(TimeProvider time) : ICallIds
{
    /// <inheritdoc/>
    public string Next() => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}

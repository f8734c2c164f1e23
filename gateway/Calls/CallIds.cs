namespace OrleansCalls.Gateway.Calls;

/// <summary>Makes call ids for callers who give none.</summary>
public interface ICallIds
{
    /// <summary>An id that no call has had.</summary>
    string Next();
}

/// <summary>UUIDs that sort by time (version 7), from this service's clock.</summary>
public sealed class CallIds(TimeProvider time) : ICallIds
{
    /// <inheritdoc/>
    public string Next() => Guid.CreateVersion7(time.GetUtcNow()).ToString();
}

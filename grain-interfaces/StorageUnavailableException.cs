namespace OrleansCalls;

/// <summary>
/// The storage is unavailable, overloaded or closed. The outcome of the command is unknown, and the command may be retried.
/// </summary>
[GenerateSerializer]
[Alias("OrleansCalls.StorageUnavailable")]
public sealed class StorageUnavailableException(string message) : OrleansException(message);

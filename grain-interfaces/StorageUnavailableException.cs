namespace OrleansCalls;

/// <summary>
/// The storage is away, takes no more for now, or is closed. The outcome of the command is unknown, and the same command may be sent again.
/// </summary>
[GenerateSerializer]
[Alias("OrleansCalls.StorageUnavailable")]
public sealed class StorageUnavailableException(string message) : OrleansException(message);

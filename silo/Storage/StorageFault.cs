namespace OrleansCalls.Silo.Storage;

/// <summary>Exception messages within sentences of this service.</summary>
internal static class StorageFault
{
    /// <summary>Returns an exception's message as the end of a sentence.</summary>
    internal static string Words(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}

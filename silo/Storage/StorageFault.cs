namespace OrleansCalls.Silo.Storage;

/// <summary>Exceptions in sentences of ours.</summary>
internal static class StorageFault
{
    /// <summary>An exception's own words as the end of a sentence of ours.</summary>
    internal static string Words(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}

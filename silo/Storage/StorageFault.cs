using Microsoft.Extensions.Options;

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// A storage that cannot be used as it is set, said like any other wrong setting: the program stops with one sentence that names
/// it.
/// </summary>
internal static class StorageFault
{
    internal static OptionsValidationException Of(string sentence) => new(StorageOptions.Section, typeof(StorageOptions), [sentence]);

    /// <summary>An exception's own words as the end of a sentence of ours.</summary>
    internal static string Words(Exception exception) => exception.Message.ReplaceLineEndings(" ").Trim().TrimEnd('.');
}

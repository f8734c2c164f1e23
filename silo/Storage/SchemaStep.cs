namespace OrleansCalls.Silo.Storage;

/// <summary>
/// One version of a schema. A released script never changes. During a rolling update silos of the previous version may restart on
/// the newer schema: <paramref name="CompatibleFrom"/> allows it.
/// </summary>
/// <param name="Script">Migrates from the previous version.</param>
/// <param name="CompatibleFrom">The oldest schema version whose programs may run on this one.</param>
internal readonly record struct SchemaStep(string Script, int CompatibleFrom)
{
    /// <summary>
    /// Returns why a program with schema version <paramref name="own"/> must not run on a newer database; null if it may.
    /// </summary>
    internal static string? Refusal(int own, int version, int compatibleFrom) => compatibleFrom <= own
        ? null
        : $"has schema {version}, written by a later version; this one knows schemas up to {own}, and schema {version} "
            + $"is not for versions that do not know schema {compatibleFrom}.";
}

namespace OrleansCalls.Silo.Storage;

/// <summary>
/// One version of a schema. A script that has been released is never changed. While silos are replaced one by one, silos of
/// the version before may have to start again on what the newer ones have made of the database:
/// <paramref name="CompatibleFrom"/> lets them.
/// </summary>
/// <param name="Script">What makes it out of the version before.</param>
/// <param name="CompatibleFrom">The oldest schema whose programs may run on this one.</param>
internal readonly record struct SchemaStep(string Script, int CompatibleFrom)
{
    /// <summary>
    /// What keeps a program that knows schemas up to <paramref name="own"/> from a newer database; null if nothing does.
    /// </summary>
    internal static string? Refusal(int own, int version, int compatibleFrom) => compatibleFrom <= own
        ? null
        : $"has schema {version}, written by a later version; this one knows schemas up to {own}, and schema {version} "
            + $"is not for versions that do not know schema {compatibleFrom}.";
}

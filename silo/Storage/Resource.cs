namespace OrleansCalls.Silo.Storage;

/// <summary>The embedded text files of this assembly.</summary>
internal static class Resource
{
    internal static string Text(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The resource {name} is missing from this build.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

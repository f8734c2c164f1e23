namespace OrleansCalls.Silo.Storage;

/// <summary>Text files within this assembly.</summary>
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

using System.Security.Cryptography;

namespace OrleansCalls.Gateway.Auth;

/// <summary>A signing key for Development, created once and stored with the data so that tokens survive a restart.</summary>
internal static class DevelopmentKey
{
    private const int Bytes = 32;

    /// <summary>Reads the key, or creates it.</summary>
    public static byte[] ReadOrCreate(IConfiguration configuration)
    {
        var folder = Path.GetFullPath(configuration["Storage:Path"] is { Length: > 0 } path ? path : "./data");
        try
        {
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, "development-signing-key");
            // Two processes that start on one folder must end up with one key: only one of them can create the file.
            for (var attempt = 0; attempt < 2; attempt++)
            {
                if (File.Exists(file) && File.ReadAllBytes(file) is { Length: Bytes } kept)
                    return kept;
                try
                {
                    return Create(folder, file);
                }
                catch (IOException) when (File.Exists(file))
                {
                    // Another process created the file first; read it.
                }
            }

            throw new SettingException($"Storage__Path holds no usable signing key; delete {file}.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingException($"Storage__Path must be a folder that can be written to: {e.Message.TrimEnd('.')}.");
        }
    }

    private static byte[] Create(string folder, string file)
    {
        var key = RandomNumberGenerator.GetBytes(Bytes);
        var draft = Path.Combine(folder, $".development-signing-key-{Guid.NewGuid():N}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var stream = new FileStream(draft, options))
            stream.Write(key);
        try
        {
            File.Move(draft, file, overwrite: false);
        }
        finally
        {
            File.Delete(draft);
        }

        return key;
    }
}

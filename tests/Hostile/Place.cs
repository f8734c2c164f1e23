using System.Globalization;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Where a program runs: its folder, and what its machine denies it.</summary>
public sealed class Place : IDisposable
{
    private const string Exec = "exec \"$@\"";

    private Place(bool owned, params string[] before) => (IsOwned, Before) = (owned, before);

    /// <summary>The folder of its data.</summary>
    public string Folder { get; private init; } = Directory.CreateTempSubdirectory("orleanscalls-").FullName;

    /// <summary>The words of the command that it is started by.</summary>
    public IReadOnlyList<string> Before { get; private init; }

    /// <summary>Whether it goes with its one program.</summary>
    public bool IsOwned { get; }

    /// <summary>What keeps this process from giving others a file system of their own; null if nothing does.</summary>
    public static string? Lacks { get; } = Find();

    /// <summary>Anywhere.</summary>
    public static Place Of(bool owned) => new(owned);

    /// <summary>With so many file descriptors.</summary>
    public static Place WithDescriptors(int most) =>
        new(owned: true, "sh", "-c", string.Create(CultureInfo.InvariantCulture, $"ulimit -n {most}; {Exec}"), "sh");

    /// <summary>With a disk of its own, of so many megabytes, which goes with the process.</summary>
    public static Place WithDisk(int megabytes, bool full = false)
    {
        var place = new Place(owned: false);
        var fill = full ? $"cat /dev/zero > '{place.Folder}/ballast' 2>/dev/null; " : "";
        return place.In(
            string.Create(
                CultureInfo.InvariantCulture, $"mount -t tmpfs -o size={megabytes}m disk '{place.Folder}' && {fill}{Exec}"));
    }

    /// <summary>The folder as it is, but nothing can be written to it.</summary>
    public Place ReadOnly() => In($"mount --bind '{Folder}' '{Folder}' && mount -o remount,bind,ro '{Folder}' && {Exec}");

    /// <summary>A file of the folder as a program sees it.</summary>
    public string Seen(int process, string file) => $"/proc/{process}/root{Folder}/{file}";

    public void Dispose()
    {
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    private Place In(string script) => new(IsOwned, "unshare", "-m", "sh", "-c", script, "sh") { Folder = Folder };

    private static string? Find()
    {
        try
        {
            var trial = ChildProcess.Run(["unshare", "-m", "sh", "-c", "mount -t tmpfs trial /tmp"]).GetAwaiter().GetResult();
            return trial.Code == 0 ? null : "This process may not mount anything.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "There is no unshare on this machine.";
        }
    }
}

/// <summary>A test that gives its program a file system of its own: skipped where that is not allowed.</summary>
public sealed class NeedMountAttribute : FactAttribute
{
    public NeedMountAttribute() => Skip = Place.Lacks;
}

namespace OrleansCalls.Load.Measure;

/// <summary>Reads what Linux says of processes and cores.</summary>
internal static class Processes
{
    // USER_HZ, which Linux shows to programs on every architecture, whatever its own clock does.
    private const double Ticks = 100;

    /// <summary>
    /// Seconds of processor time that a process has used; with <paramref name="family"/> all below it, gone ones included.
    /// </summary>
    public static double CpuSeconds(int pid, bool family = false)
    {
        if (Stat(pid.ToString(CultureInfo.InvariantCulture)) is not { } own)
            return double.NaN;
        var ticks = own.User + own.System;
        if (family)
            ticks += own.Reaped + Children(pid).Sum(child => CpuTicks(child));
        return ticks / Ticks;
    }

    /// <summary>Bytes of memory that a process holds.</summary>
    public static long ResidentBytes(int pid) => File.ReadLines($"/proc/{pid}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
        .Select(
            line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024)
                .First();

    /// <summary>Bytes that a process has written to files; what goes to sockets by their own calls is not among them.</summary>
    public static double BytesWritten(int pid) => File.ReadLines($"/proc/{pid}/io")
        .Where(line => line.StartsWith("wchar:", StringComparison.Ordinal))
        .Select(line => double.Parse(line["wchar:".Length..], CultureInfo.InvariantCulture)).First();

    /// <summary>Seconds for which these cores have been busy, with anything.</summary>
    public static double BusySeconds(string cores)
    {
        var wanted = Cores(cores).Select(core => $"cpu{core}").ToHashSet();
        return File.ReadLines("/proc/stat")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => wanted.Contains(fields[0]))
            // user nice system, and irq softirq steal; not idle and iowait.
            .SelectMany(fields => Enumerable.Range(1, 8).Where(i => i is not (4 or 5)).Select(i => fields[i]))
            .Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / Ticks;
    }

    /// <summary>The cores that this process may use, as <c>0-1,3</c>.</summary>
    public static string AllowedCores() => File.ReadLines("/proc/self/status")
        .First(line => line.StartsWith("Cpus_allowed_list:", StringComparison.Ordinal)).Split(':')[1].Trim();

    /// <summary>How many files, and so sockets, a process may have open.</summary>
    public static int OpenFiles() => int.Parse(
        File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3],
        CultureInfo.InvariantCulture);

    /// <summary>The cores in a list such as <c>0-1,3</c>.</summary>
    public static IEnumerable<int> Cores(string list) => list.Split(',').SelectMany(part =>
    {
        var ends = part.Split('-').Select(core => int.Parse(core, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    });

    private static double CpuTicks(int pid) => Stat(pid.ToString(CultureInfo.InvariantCulture)) is { } stat
        ? stat.User + stat.System + stat.Reaped + Children(pid).Sum(CpuTicks)
        : 0;

    private static IEnumerable<int> Children(int pid) => Directory.EnumerateDirectories("/proc")
        .Select(folder => Path.GetFileName(folder)).Where(name => char.IsAsciiDigit(name[0]))
        .Where(name => Stat(name)?.Parent == pid).Select(name => int.Parse(name, CultureInfo.InvariantCulture));

    private static (int Parent, double User, double System, double Reaped)? Stat(string pid)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{pid}/stat");
            // The name, in parentheses, may hold anything; the fields behind it are counted from the state, the third.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return ((int)Field(4), Field(14), Field(15), Field(16) + Field(17));

            double Field(int number) => double.Parse(fields[number - 3], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // Gone since it was listed.
            return null;
        }
    }
}

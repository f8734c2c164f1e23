using System.Runtime.InteropServices;

namespace OrleansCalls.Load.Report;

/// <summary>What kind of machine, and which programs, a run was made with.</summary>
internal static class Machine
{
    /// <summary>In words, by name.</summary>
    public static IReadOnlyDictionary<string, string> Describe(LoadOptions options) => new Dictionary<string, string>
    {
        ["processor"] = $"{Field("/proc/cpuinfo", "model name")}, "
            + $"{Directory.EnumerateDirectories("/sys/devices/system/cpu", "cpu?").Count()} cores",
        ["memory"] = Summary.Number(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9) + " GB",
        ["system"] = RuntimeInformation.OSDescription,
        ["runtime"] = RuntimeInformation.FrameworkDescription,
        ["cores"] = $"servers on {options.ServerCores}, generator on {options.GeneratorCores}",
        ["load at the end"] = File.ReadAllText("/proc/loadavg").Split(' ')[0] + " (of the last minute, this run included)",
    };

    private static string Field(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal))?.Split(':')[1].Trim()
            ?? "0 unknown";
}

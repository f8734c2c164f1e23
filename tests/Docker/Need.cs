using System.ComponentModel;
using System.Diagnostics;

namespace OrleansCalls.Tests.Docker;

/// <summary>
/// A test that needs <c>docker compose</c>. Without it the test is skipped, in CI too: it is not to be had everywhere that CI runs.
/// </summary>
public sealed class NeedComposeAttribute : TheoryAttribute
{
    public NeedComposeAttribute()
    {
        if (Tool.Run("docker", [], "compose", "version").Code != 0)
            Skip = "docker compose is not on this machine.";
    }
}

/// <summary>A test that needs Prometheus' <c>promtool</c>: skipped without it, in CI (where it is installed) failed.</summary>
public sealed class NeedPromtoolAttribute : FactAttribute
{
    public NeedPromtoolAttribute()
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1" && Tool.Run("promtool", [], "--version").Code != 0)
            Skip = "promtool is not on this machine.";
    }
}

/// <summary>A test that needs a program: skipped without it, in CI (where it is installed) failed.</summary>
public sealed class NeedProgramAttribute : FactAttribute
{
    public NeedProgramAttribute(string program)
    {
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") != "1" && Tool.Run("which", [], program).Code != 0)
            Skip = $"{program} is not on this machine.";
    }
}

internal static class Tool
{
    /// <summary>Runs a program, with these variables set; what it printed, and its exit code.</summary>
    public static (int Code, string Text) Run(string program, IEnumerable<string> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var variable in variables)
            start.Environment[variable] = "0123456789abcdef0123456789abcdef";
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var text = process.StandardOutput.ReadToEnd() + errors.Result;
            process.WaitForExit();
            return (process.ExitCode, text);
        }
        catch (Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}

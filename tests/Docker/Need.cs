using System.ComponentModel;

namespace OrleansCalls.Tests.Docker;

/// <summary>
/// A test that needs <c>docker compose</c>. Without it the test is skipped, in CI too: it is not to
/// be had everywhere that CI runs.
/// </summary>
public sealed class NeedComposeAttribute : TheoryAttribute
{
    public NeedComposeAttribute()
    {
        if (Tool.Run("docker", [], "compose", "version").Code != 0)
            Skip = "docker compose is not on this machine.";
    }
}

internal static class Tool
{
    /// <summary>Runs a program, with these variables set; what it printed, and its exit code.</summary>
    public static (int Code, string Text) Run(string program, IEnumerable<string> variables, params string[] arguments)
    {
        try
        {
            var ended = ChildProcess.Run(
                [program, .. arguments], variables.Select(variable => (variable, (string?)"0123456789abcdef0123456789abcdef")))
                .GetAwaiter().GetResult();
            return (ended.Code, ended.Output + ended.Error);
        }
        catch (Win32Exception missing)
        {
            return (-1, missing.Message);
        }
    }
}

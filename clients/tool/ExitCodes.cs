namespace OrleansCalls.Tool;

/// <summary>The exit codes, for scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Executed with a positive result.</summary>
    internal const int Good = 0;

    /// <summary>Executed with a negative result: refused, not answered, would not ring, an error found.</summary>
    internal const int Bad = 1;

    /// <summary>Not executed: wrong arguments, or the service could not be reached.</summary>
    internal const int Undone = 2;
}

/// <summary>Ends a command with a sentence for the user, and an exit code.</summary>
internal sealed class ToolException(int exitCode, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    internal int ExitCode => exitCode;
}

namespace OrleansCalls.Tool;

/// <summary>What scripts go by.</summary>
internal static class ExitCodes
{
    /// <summary>Done, and the answer is good.</summary>
    internal const int Good = 0;

    /// <summary>Done, and the answer is not: refused, not answered, would not ring, something is wrong.</summary>
    internal const int Bad = 1;

    /// <summary>Not done: the arguments are wrong, or the service could not be reached.</summary>
    internal const int Undone = 2;
}

/// <summary>Ends a command with a sentence for whoever typed it, and an exit code.</summary>
internal sealed class ToolException(int exitCode, string sentence, Exception? cause = null) : Exception(sentence, cause)
{
    internal int ExitCode => exitCode;
}

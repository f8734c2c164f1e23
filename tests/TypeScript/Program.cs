namespace OrleansCalls.Tests.TypeScript;

/// <summary>Programs of Node's world.</summary>
internal static class Program
{
    // npm fetches packages.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Runs one to its end, which has to be a good one. Returns what it wrote to standard output.</summary>
    public static Task<string> Run(string folder, string name, params string[] arguments) =>
        ChildProcess.Succeed([name, .. arguments], folder: folder, patience: Patience);
}

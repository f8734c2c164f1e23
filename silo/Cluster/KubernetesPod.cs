using Orleans.Hosting.Kubernetes;

namespace OrleansCalls.Silo.Cluster;

/// <summary>A silo in a pod of Kubernetes.</summary>
internal static class KubernetesPod
{
    private static readonly string[] Variables =
    [
        KubernetesHostingOptions.PodNameEnvironmentVariable, KubernetesHostingOptions.PodNamespaceEnvironmentVariable,
        KubernetesHostingOptions.PodIPEnvironmentVariable,
    ];

    /// <summary>Names the silo after its pod, and has silos whose pods are gone declared dead, if the setting is on.</summary>
    /// <exception cref="SettingException">A required variable is missing.</exception>
    internal static void AddKubernetes(this ISiloBuilder silo, MembershipOptions cluster)
    {
        if (!cluster.Kubernetes)
            return;
        if (Variables.FirstOrDefault(name => string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name))) is { } missing)
            throw new SettingException(
                $"Cluster__Kubernetes is true, but {missing} is not set: the chart in docker/kubernetes sets the variables that it needs.");
        silo.UseKubernetesHosting();
    }
}

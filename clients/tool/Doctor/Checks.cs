using System.Collections.Immutable;
using System.Diagnostics;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tool.Doctor;

/// <summary>Runs all checks in parallel, each with a timeout.</summary>
internal static class Checks
{
    private static readonly (string Name, Func<CheckContext, Findings, CancellationToken, Task> Run)[] All =
    [
        ("settings", SettingsCheck.Run), ("service", ServiceCheck.Run), ("database", DatabaseCheck.Run),
        ("nodes", NodesCheck.Run),
        ("ports", PortsCheck.Run), ("fcm", PushCheck.Fcm), ("apns", PushCheck.Apns), ("web_push", PushCheck.WebPush),
        ("ice", IceCheck.Run),
    ];

    /// <summary>Runs all checks; the findings are in their order.</summary>
    internal static async Task<ImmutableArray<Finding>> Run(CheckContext context, CancellationToken cancellation) =>
        [
            .. (await Task.WhenAll(All.Select(check => One(check.Name, check.Run, context, cancellation)))).SelectMany(
                found => found),
        ];

    private static async Task<ImmutableArray<Finding>> One(
        string name, Func<CheckContext, Findings, CancellationToken, Task> run, CheckContext context,
        CancellationToken cancellation)
    {
        var (started, gate, all, isOver) = (Stopwatch.GetTimestamp(), new Lock(), ImmutableArray.CreateBuilder<Finding>(), false);
        var findings = new Findings(name, Add);
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(context.Timeout);
        try
        {
            // Cancellation does not interrupt everything that may hang: a network share, a name server.
            await Task.Run(() => run(context, findings, late.Token), cancellation).WaitAsync(
                context.Timeout + TimeSpan.FromSeconds(1), cancellation);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested && e is OperationCanceledException or TimeoutException)
        {
            findings.Error(
                $"The check did not come to an end within {context.Timeout.TotalSeconds:0} s: what it asks takes connections, or none, and does not answer.",
                "Look whether a firewall drops packets between here and there; --timeout gives it longer.");
        }
        catch (SettingException wrong)
        {
            findings.Skipped($"Not checked, since a setting is wrong: {wrong.Message}");
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            findings.Error(
                $"The check failed: {Output.Clean(e.GetBaseException().Message)}",
                "Report it: a check should say what is wrong with its target, not fail itself.");
        }

        lock (gate)
        {
            isOver = true;
            return all.ToImmutable();
        }

        void Add(Finding finding)
        {
            lock (gate)
            {
                // A timed-out check may still be running.
                if (!isOver)
                    all.Add(finding with { Took = Stopwatch.GetElapsedTime(started) });
            }
        }
    }
}

/// <summary>The input of the checks.</summary>
/// <param name="Settings">The settings of the service.</param>
/// <param name="Urls">The gateways that are named.</param>
/// <param name="Timeout">The timeout of each check.</param>
internal sealed record CheckContext(Settings Settings, IReadOnlyList<Uri> Urls, TimeSpan Timeout)
{
    /// <summary>The connection string of PostgreSQL; null where SQLite is used.</summary>
    internal string? Postgres =>
        Settings.Configuration.GetConnectionString("Postgres") is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
}

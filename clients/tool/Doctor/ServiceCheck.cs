using System.Net;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tool.Doctor;

/// <summary>The given gateways: whether each is reachable, healthy, and has the same time.</summary>
internal static class ServiceCheck
{
    // A Date header has whole seconds, and Kestrel updates it once a second.
    private static readonly TimeSpan DateGrain = TimeSpan.FromSeconds(2);

    internal static async Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        if (context.Urls.Count == 0)
            findings.Skipped("No gateway was asked.", "Name one, or all, with --url.");
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false })
        {
            MaxResponseContentBufferSize = 1 << 20,
        };
        await Task.WhenAll(context.Urls.Select(url => One(http, url, findings, cancellation)));
    }

    private static async Task One(HttpClient http, Uri url, Findings findings, CancellationToken cancellation)
    {
        try
        {
            var before = TimeProvider.System.GetUtcNow();
            using var response = await http.GetAsync(new Uri(url, "/health/ready"), cancellation);
            var body = Parse(await response.Content.ReadAsStringAsync(cancellation));
            if (body?["status"] is null || response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.ServiceUnavailable))
            {
                findings.Error(
                    $"{url} answers {(int)response.StatusCode}, but not as this service does.",
                    "Another program or a proxy listens there; look at the address and its routes.");
                return;
            }

            var bad =
                body["checks"]?.AsObject().Where(check => (string?)check.Value != "healthy")
                    .Select(check => $"{Output.Clean(check.Key)} is {Output.Clean((string?)check.Value)}").ToList() ?? [];
            if (response.StatusCode == HttpStatusCode.ServiceUnavailable)
                findings.Error($"{url} is not ready: {string.Join(", ", bad)}.", "Its log says why; the other checks may too.");
            else if (bad.Count > 0)
                findings.Warning($"{url} is ready, but {string.Join(", ", bad)}.", "Its log says why; the other checks may too.");
            else
                findings.Ok($"{url} is ready.");
            Clock(url, response.Headers.Date, before, findings);
        }
        catch (HttpRequestException e)
        {
            findings.Error(
                $"{url} cannot be reached: {Output.Clean(e.Message).TrimEnd('.')}.",
                "Start the gateway, or mend the address, the firewall or the proxy in between.");
        }
        catch (OperationCanceledException)
        {
            findings.Error(
                $"{url} takes the connection, or drops it, and does not answer in time.",
                "A process that hangs is restarted by its liveness probe; a firewall drops packets.");
        }
    }

    private static void Clock(Uri url, DateTimeOffset? date, DateTimeOffset before, Findings findings)
    {
        if (date is { } said && Skew.Of(said, DateGrain, before, TimeProvider.System.GetUtcNow()) is { } ahead)
            findings.Error($"The clock of {url} is {Skew.Words(ahead)} this machine's.", Skew.Remedy);
    }

    private static JsonObject? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
            return null;
        }
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tool.Doctor;

/// <summary>The gateway's ports on this machine: free, or in use by this service.</summary>
internal static class PortsCheck
{
    private const string Standard = "http://localhost:5080";

    internal static async Task Run(CheckContext context, Findings findings, CancellationToken cancellation)
    {
        var configuration = context.Settings.Configuration;
        var urls = configuration["urls"] is { Length: > 0 } given ? given : Standard;
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).ToList();
        if (configuration["Metrics:Port"] is { Length: > 0 } metrics)
            addresses.Add($"http://localhost:{metrics}");
        foreach (var text in addresses)
            await One(text, findings, cancellation);
    }

    private static async Task One(string text, Findings findings, CancellationToken cancellation)
    {
        BindingAddress address;
        try
        {
            address = BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            // Reported by the settings check.
            return;
        }

        if (address.Port == 0)
            return;
        try
        {
            using var listener = new TcpListener(
                IPAddress.TryParse(address.Host, out var ip)
                    ? ip
                    : address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Any,
                address.Port);
            listener.Start();
            findings.Ok($"Port {address.Port} is free for {text}.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            if (await IsOurs(address.Port, address.Scheme, cancellation))
            {
                findings.Ok($"Port {address.Port} is taken by this service.");
            }
            else
            {
                findings.Error(
                    $"Port {address.Port} is taken by another program.",
                    "Stop that one, or name another port in ASPNETCORE_URLS (Metrics__Port for the metrics).");
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            findings.Error($"Port {address.Port} is not for this user.", "Take one above 1023, or put a proxy in front.");
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressNotAvailable)
        {
            findings.Warning(
                $"{text} is no address of this machine.",
                "If the gateway runs elsewhere, all is well; else name one of this machine.");
        }
    }

    private static async Task<bool> IsOurs(int port, string scheme, CancellationToken cancellation)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(TimeSpan.FromSeconds(2));
        using var http = new HttpClient { MaxResponseContentBufferSize = 1 << 20 };
        try
        {
            // Both programs have this endpoint, and their metrics port has no other.
            var live = await http.GetStringAsync(new Uri($"{scheme}://localhost:{port}/health/live"), late.Token);
            return JsonNode.Parse(live)?["status"] is not null;
        }
        catch (Exception e) when (e is HttpRequestException or System.Text.Json.JsonException or InvalidOperationException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return false;
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using Lib.Net.Http.WebPush.Authentication;

namespace OrleansCalls.Silo.Push.WebPush;

/// <summary>
/// The HTTP layer below the Web Push library, for untrusted servers: no redirects, cookies or proxies, public addresses only,
/// and no response body is read.
/// </summary>
internal sealed class WebPushTransport : DelegatingHandler
{
    private const int HeaderKilobytes = 16;
    private const int ConnectionsToOne = 64;

    private readonly VapidAuthentication _vapid;
    private readonly UserMeters _meters = new();

    internal WebPushTransport(PushServices services, VapidAuthentication vapid, TimeSpan connectTimeout)
    {
        _vapid = vapid;
        InnerHandler = new SocketsHttpHandler
        {
            ConnectCallback = services.Connect,
            ConnectTimeout = connectTimeout,
            AllowAutoRedirect = false,
            UseCookies = false,
            // A proxy would choose the addresses.
            UseProxy = false,
            // Trace ids must not leave the service, and endpoints are secrets.
            ActivityHeadersPropagator = null,
            MeterFactory = _meters,
            MaxConnectionsPerServer = ConnectionsToOne,
            MaxResponseHeadersLength = HeaderKilobytes,
            MaxResponseDrainSize = 0,
            PooledConnectionLifetime = TimeSpan.FromMinutes(30),
        };
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        // The library omits the port from the audience (RFC 8292 section 2).
        if (!request.RequestUri!.IsDefaultPort)
            request.Headers.Authorization = AuthenticationHeaderValue.Parse(
                "vapid " + _vapid.GetVapidSchemeAuthenticationHeaderValueParameter(PushServices.OriginOf(request.RequestUri)));
        var response = await base.SendAsync(request, cancellationToken);
        response.Content.Dispose();
        response.Content = new ByteArrayContent([]);
        return response;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _meters.Dispose();
    }

    /// <summary>A meter factory that is not exported: labels would be host names chosen by users.</summary>
    private sealed class UserMeters : IMeterFactory
    {
        private readonly List<Meter> _all = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            lock (_all)
                _all.Add(meter);
            return meter;
        }

        public void Dispose()
        {
            lock (_all)
                _all.ForEach(meter => meter.Dispose());
        }
    }
}

/// <summary>VAPID tokens by push service, signed once and renewed an hour before they expire.</summary>
internal sealed class VapidTokens(TimeProvider time) : IVapidTokenCache
{
    private static readonly TimeSpan Early = TimeSpan.FromHours(1);

    // Users choose the push services, and each costs a signature; more than this are made up.
    private const int Most = 256;

    private readonly ConcurrentDictionary<string, (string Token, DateTimeOffset Expires)> _tokens = new(StringComparer.Ordinal);

    public string? Get(string audience) =>
        _tokens.TryGetValue(audience, out var kept) && time.GetUtcNow() < kept.Expires - Early ? kept.Token : null;

    public void Put(string audience, DateTimeOffset expiration, string token)
    {
        if (_tokens.Count >= Most)
            _tokens.Clear();
        _tokens[audience] = (token, expiration);
    }
}

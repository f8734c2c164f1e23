using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.AspNetCore.Authentication.JwtBearer;

/// <summary>
/// Fetches and keeps what an OpenID provider publishes: its discovery document and the key set this names. One fetch at a time;
/// when a fetch fails, what was known before goes on being used.
/// </summary>
internal sealed class AuthorityMetadata(HttpClient client, Uri address, bool requireHttps, JwtBearerOptions options) : IDisposable
{
    /// <summary>While a provider that was never reached is away, it is asked this often and no more.</summary>
    private static readonly TimeSpan FailureHold = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private AuthorityKeys? _current;
    private Exception? _failure;
    private DateTimeOffset _fetchedAt;
    private DateTimeOffset _triedAt;

    private DateTimeOffset Now => (options.TimeProvider ?? TimeProvider.System).GetUtcNow();

    /// <summary>
    /// What is known; fetched when nothing is, or when it is older than <see cref="JwtBearerOptions.AutomaticRefreshInterval"/>.
    /// </summary>
    internal async ValueTask<AuthorityKeys> Get(CancellationToken cancellation)
    {
        if (_current is { } current && Now - _fetchedAt < options.AutomaticRefreshInterval)
            return current;
        return await Fetch(_current, _current is null ? FailureHold : options.RefreshInterval, cancellation);
    }

    /// <summary>
    /// Called when no key of <paramref name="seen"/> fits a token: fetches again unless somebody else just did, or
    /// <see cref="JwtBearerOptions.RefreshInterval"/> has not passed since, so that made-up key ids cannot flood the provider.
    /// </summary>
    internal async ValueTask<AuthorityKeys> Refresh(AuthorityKeys seen, CancellationToken cancellation) =>
        await Fetch(seen, options.RefreshInterval, cancellation);

    private async Task<AuthorityKeys> Fetch(AuthorityKeys? seen, TimeSpan interval, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            if (_current is not null && !ReferenceEquals(_current, seen))
                return _current;
            if (_triedAt != default && Now - _triedAt < interval)
                return _current ?? throw Unavailable(_failure);
            try
            {
                _current = await Download(cancellation);
                _triedAt = _fetchedAt = Now;
                _failure = null;
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                _triedAt = Now;
                _failure = e;
            }

            return _current ?? throw Unavailable(_failure);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<AuthorityKeys> Download(CancellationToken cancellation)
    {
        using var document = JsonDocument.Parse(await client.GetByteArrayAsync(address, cancellation));
        if (document.RootElement.ValueKind != JsonValueKind.Object
            || !document.RootElement.TryGetProperty("issuer", out var issuer) || issuer.ValueKind != JsonValueKind.String
            || !document.RootElement.TryGetProperty("jwks_uri", out var keysAt) || keysAt.ValueKind != JsonValueKind.String
            || !Uri.TryCreate(keysAt.GetString(), UriKind.Absolute, out var keysAddress))
            throw new InvalidOperationException("The discovery document has no issuer or no jwks_uri.");
        if (requireHttps && keysAddress.Scheme != Uri.UriSchemeHttps)
            throw new InvalidOperationException("The discovery document's jwks_uri is not https.");
        using var keys = JsonDocument.Parse(await client.GetByteArrayAsync(keysAddress, cancellation));
        return new AuthorityKeys(issuer.GetString()!, AuthorityKeys.ReadKeys(keys.RootElement));
    }

    private InvalidOperationException Unavailable(Exception? cause) =>
        new($"The signing keys of the authority could not be fetched from '{address}'.", cause);

    public void Dispose()
    {
        _gate.Dispose();
        client.Dispose();
    }
}

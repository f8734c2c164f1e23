using System.Net;

namespace OrleansCalls.Tool.Turn;

/// <summary>Allocates a relay address of a TURN server as a browser does (RFC 8656 section 7), and releases it.</summary>
internal static class TurnAllocation
{
    // UDP in the first byte (RFC 8656 section 18.7).
    private static readonly byte[] RelayUdp = [17, 0, 0, 0];
    private static readonly byte[] NoTime = new byte[4];

    /// <summary>Allocates a relay address, and returns it.</summary>
    /// <exception cref="TurnException">The server refused.</exception>
    internal static async Task<IPEndPoint> Make(
        StunAddress address, string username, string password, CancellationToken cancellation)
    {
        using var connection = await StunConnection.Open(address, cancellation);
        // Without credentials first: the response has the realm and the nonce for signing (RFC 8489 section 9.2).
        var challenge = await connection.Ask(Request(StunType.Allocate), null, cancellation);
        if (challenge.Type == StunType.AllocateSuccess)
            throw new TurnException(0, "gives out relay addresses to anybody, without credentials");
        for (var attempt = 0; ; attempt++)
        {
            if (challenge.Error is not { Code: 401 or 438 } || challenge.Text(StunAttribute.Realm) is not { } realm
                || challenge.Bytes(StunAttribute.Nonce) is not { } nonce)
                throw TurnException.Of(challenge);
            var key = StunMessage.Key(username, realm, password);
            var answer = await connection.Ask(Signed(Request(StunType.Allocate), username, realm, nonce), key, cancellation);
            if (answer.Type == StunType.AllocateSuccess)
            {
                if (!answer.IsSigned(key))
                    throw new TurnException(0, "answers without a signature that holds");
                var relayed = answer.Address(StunAttribute.XorRelayedAddress)
                    ?? throw new TurnException(0, "gave no relay address");
                await connection.Ask(
                    Signed(
                        new StunMessage { Type = StunType.Refresh }.Add(StunAttribute.Lifetime, NoTime), username, realm,
                        nonce), key, cancellation);
                return relayed;
            }

            // A stale nonce (438) is replaced by the response's one, once.
            if (answer.Error is not { Code: 438 } || attempt > 0)
                throw TurnException.Of(answer);
            challenge = answer;
        }
    }

    /// <summary>Asks a STUN server for this machine's public address (RFC 8489 section 2).</summary>
    /// <exception cref="TurnException">The server refused.</exception>
    internal static async Task<IPEndPoint> Bind(StunAddress address, CancellationToken cancellation)
    {
        using var connection = await StunConnection.Open(address, cancellation);
        var answer = await connection.Ask(new StunMessage { Type = StunType.Binding }, null, cancellation);
        return answer.Type == StunType.BindingSuccess && answer.Address(StunAttribute.XorMappedAddress) is { } mapped
            ? mapped
            : throw TurnException.Of(answer);
    }

    private static StunMessage Request(StunType type) => new StunMessage { Type = type }.Add(
        StunAttribute.RequestedTransport, RelayUdp);

    private static StunMessage Signed(StunMessage request, string username, string realm, byte[] nonce) => request
        .Add(StunAttribute.Username, username).Add(StunAttribute.Realm, realm).Add(StunAttribute.Nonce, nonce);
}

/// <summary>A server's refusal. The message continues a sentence that begins with the server.</summary>
internal sealed class TurnException(int code, string message) : Exception(message)
{
    /// <summary>The error code; 0 if there was none.</summary>
    internal int Code => code;

    internal static TurnException Of(StunMessage answer) => answer.Error is var (code, reason)
        ? new TurnException(code, $"refuses with {code} {Output.Clean(reason)}")
        : new TurnException(0, "gave an answer that makes no sense");
}

using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls;

/// <summary>
/// One push token, by its provider and hash: whose it is. A phone has one token however many people sign in on it one after another, so a
/// token has one owner, the newest; the one before must not be rung on somebody else's phone.
/// </summary>
[Alias("OrleansCalls.IPushTokenGrain")]
public interface IPushTokenGrain : IGrainWithStringKey
{
    /// <summary>
    /// The token is this device's from now on, as <see cref="IUserGrain.SetPushToken"/>; a former owner forgets it. Durable. Asks users,
    /// and is never asked by one, so that nobody waits in a circle.
    /// </summary>
    /// <returns>
    /// Null when kept; <see cref="CallErrorCode.InvalidArgument"/> for a token that can never be sent to. A silo of an earlier version may
    /// refuse a 17th device. The former owner keeps a token that is refused.
    /// </returns>
    [Alias("Give"), ResponseTimeout("00:00:10")]
    Task<CallError?> Give(PushProvider provider, string token, string userId, string deviceId);

    /// <summary><paramref name="userId"/> has let go of the token: nothing is kept of it, unless it is somebody else's by now. Durable.</summary>
    [Alias("Release"), ResponseTimeout("00:00:05")]
    Task Release(PushProvider provider, string token, string userId);

    /// <summary>The grain key of a token; the token itself is a secret and too long for one.</summary>
    static string KeyOf(PushProvider provider, string token) =>
        $"{(int)provider}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}";
}

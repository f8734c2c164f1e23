using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls;

/// <summary>
/// The owner of one push token, by provider and hash. A phone has one token for all users who sign in on it one after another;
/// the last one owns it, so that the previous one's calls do not ring on another user's phone.
/// </summary>
[Alias("OrleansCalls.IPushTokenGrain")]
public interface IPushTokenGrain : IGrainWithStringKey
{
    /// <summary>
    /// Assigns the token to a device, like <see cref="IUserGrain.SetPushToken"/>; a previous owner deletes it. Durable. Calls
    /// users and is never awaited by one, which rules out deadlocks.
    /// </summary>
    /// <returns>Null on success; <see cref="CallErrorCode.InvalidArgument"/> for a token that can never be used. A silo of an
    /// earlier version may reject a 17th device. The previous owner keeps a rejected token.</returns>
    [Alias("Give"), ResponseTimeout("00:00:10")]
    Task<CallError?> Give(PushProvider provider, string token, string userId, string deviceId);

    /// <summary>
    /// Releases the token of <paramref name="userId"/> and deletes its record, unless another user owns it by now. Durable.
    /// </summary>
    [Alias("Release"), ResponseTimeout("00:00:05")]
    Task Release(PushProvider provider, string token, string userId);

    /// <summary>Returns the grain key of a token; the token itself is secret and too long.</summary>
    static string KeyOf(PushProvider provider, string token) =>
        $"{(int)provider}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)))}";
}

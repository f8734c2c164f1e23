using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// A channel that came in out of the telephone network, and everything that follows from it alone: whoever looks at the same channel
/// comes to the same ids, so that two processes which do the same thing do it once.
/// </summary>
/// <param name="ChannelId">Asterisk's id of it.</param>
/// <param name="Extension">Which extension was called.</param>
/// <param name="Number">The caller's number; empty if it is withheld.</param>
/// <param name="Name">What the caller is called.</param>
/// <param name="CallId">The call that is made of it; <c>server_call_id</c> of document 004.</param>
/// <param name="IsUp">Whether it has been answered already.</param>
internal sealed record InboundChannel(string ChannelId, string Extension, string Number, string Name, string CallId, bool IsUp)
{
    private const string MobileSuffix = ".mobile";
    private const string BridgeSuffix = ".bridge";

    /// <summary>The channel to the app.</summary>
    public string MobileId => CallId + MobileSuffix;

    /// <summary>Where both meet.</summary>
    public string BridgeId => CallId + BridgeSuffix;

    /// <summary>The caller as a user.</summary>
    public string CallerId => TelephoneNumber.UserId(Number, CallId);

    /// <summary>Reads it off a channel in the application.</summary>
    /// <param name="app">The Stasis application.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="arguments">What the dialplan gave: the extension. Without it, the extension that was dialled.</param>
    public static InboundChannel Of(string app, AriChannel channel, IReadOnlyList<string>? arguments)
    {
        var extension = arguments is [{ Length: > 0 } given, ..] ? given : channel.Dialplan?.Exten ?? "";
        var number = TelephoneNumber.Clean(channel.Caller?.Number);
        var name = DisplayNames.Clean(channel.Caller?.Name)?.Trim() is { Length: > 0 } shown ? shown : number;
        return new InboundChannel(
            channel.Id, extension, number, name, CallIdOf(app, channel.Id), channel.State == "Up");
    }

    /// <summary>Whether a channel is one that a bridge of this application has originated.</summary>
    public static bool IsMobile(string app, string channelId) =>
        IsOf(app, channelId) && channelId.EndsWith(MobileSuffix, StringComparison.Ordinal);

    /// <summary>Whether a bridge is one that was made here.</summary>
    public static bool IsBridge(string app, string bridgeId) =>
        IsOf(app, bridgeId) && bridgeId.EndsWith(BridgeSuffix, StringComparison.Ordinal);

    /// <summary>Whether a call is one of this application's.</summary>
    public static bool IsOf(string app, string id) => id.StartsWith(app + '.', StringComparison.Ordinal);

    private static string CallIdOf(string app, string channelId)
    {
        var plain = $"{app}.{channelId}";
        return Check.IsCallId(plain)
            ? plain
            : $"{app}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(channelId)).AsSpan(0, 16))}";
    }
}

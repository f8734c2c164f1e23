using System.Security.Cryptography;
using System.Text;

namespace OrleansCalls.Gateway.Telephone;

/// <summary>
/// A channel from the telephone network, and the ids derived from it: every process derives the same ids, so that two processes
/// which handle the same channel act idempotently.
/// </summary>
/// <param name="ChannelId">Asterisk's id of the channel.</param>
/// <param name="Extension">The called extension.</param>
/// <param name="Number">The caller's number; empty if it is withheld.</param>
/// <param name="Name">The caller's name.</param>
/// <param name="CallId">The id of its call; <c>server_call_id</c> in dialect <c>telephone</c>.</param>
/// <param name="IsUp">Whether it has been answered already.</param>
internal sealed record InboundChannel(string ChannelId, string Extension, string Number, string Name, string CallId, bool IsUp)
{
    private const string MobileSuffix = ".mobile";
    private const string BridgeSuffix = ".bridge";

    /// <summary>The id of the channel to the app.</summary>
    public string MobileId => CallId + MobileSuffix;

    /// <summary>The id of the bridge.</summary>
    public string BridgeId => CallId + BridgeSuffix;

    /// <summary>The caller's user id.</summary>
    public string CallerId => TelephoneNumber.UserId(Number, CallId);

    /// <summary>Creates it from a channel in the application.</summary>
    /// <param name="app">The Stasis application.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="arguments">The arguments from the dialplan: the extension. Without them, the dialled extension.</param>
    public static InboundChannel Of(string app, AriChannel channel, IReadOnlyList<string>? arguments)
    {
        var extension = arguments is [{ Length: > 0 } given, ..] ? given : channel.Dialplan?.Exten ?? "";
        var number = TelephoneNumber.Clean(channel.Caller?.Number);
        var name = DisplayNames.Clean(channel.Caller?.Name)?.Trim() is { Length: > 0 } shown ? shown : number;
        return new InboundChannel(
            channel.Id, extension, number, name, CallIdOf(app, channel.Id), channel.State == "Up");
    }

    /// <summary>Returns true if a bridge of this application has originated the channel.</summary>
    public static bool IsMobile(string app, string channelId) =>
        IsOf(app, channelId) && channelId.EndsWith(MobileSuffix, StringComparison.Ordinal);

    /// <summary>Returns true if this application has created the bridge.</summary>
    public static bool IsBridge(string app, string bridgeId) =>
        IsOf(app, bridgeId) && bridgeId.EndsWith(BridgeSuffix, StringComparison.Ordinal);

    /// <summary>Returns true if the id is one of this application.</summary>
    public static bool IsOf(string app, string id) => id.StartsWith(app + '.', StringComparison.Ordinal);

    private static string CallIdOf(string app, string channelId)
    {
        var plain = $"{app}.{channelId}";
        return Check.IsCallId(plain)
            ? plain
            : $"{app}.{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(channelId)).AsSpan(0, 16))}";
    }
}

using System.Text.Json.Serialization;

namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>A channel, as far as anything here reads it.</summary>
/// <param name="Id">Unique, in Asterisk's own way or as the one who originated it said.</param>
/// <param name="State">Down, Ring, Ringing, Up...</param>
/// <param name="Caller">Who is at the other end of it.</param>
/// <param name="Dialplan">Where it is in the dialplan.</param>
public sealed record AriChannel(string Id, string State, AriParty? Caller, AriDialplan? Dialplan)
{
    /// <summary>What the dialplan gave to the application as arguments; null unless the channel is in <paramref name="app"/>.</summary>
    public IReadOnlyList<string>? ArgumentsOf(string app) =>
        Dialplan is { AppName: "Stasis", AppData: { } data } && data.Split(',') is [var name, .. var arguments] && name == app
            ? arguments
            : null;
}

/// <summary>A name and a number.</summary>
/// <param name="Name">May be empty.</param>
/// <param name="Number">May be empty.</param>
public sealed record AriParty(string? Name, string? Number);

/// <summary>A place in the dialplan.</summary>
/// <param name="Exten">The extension that was dialled.</param>
/// <param name="AppName">The dialplan application that runs.</param>
/// <param name="AppData">Its arguments.</param>
public sealed record AriDialplan(
    string? Exten, [property: JsonPropertyName("app_name")] string? AppName, [property: JsonPropertyName("app_data")] string? AppData);

/// <summary>A bridge.</summary>
/// <param name="Id">As the one who made it said.</param>
/// <param name="Channels">Who is in it.</param>
public sealed record AriBridge(string Id, IReadOnlyList<string>? Channels);

/// <summary>An event; which fields it has depends on its type.</summary>
/// <param name="Type">Its name.</param>
/// <param name="Channel">The channel it is about.</param>
/// <param name="Args">With StasisStart: what the dialplan gave.</param>
/// <param name="Cause">With ChannelDestroyed: the Q.850 cause.</param>
/// <param name="CauseText">That cause in words.</param>
public sealed record AriEvent(
    string Type, AriChannel? Channel, IReadOnlyList<string>? Args, int? Cause, [property: JsonPropertyName("cause_txt")] string? CauseText);

/// <summary>How Asterisk's JSON looks.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(AriEvent))]
[JsonSerializable(typeof(AriChannel))]
[JsonSerializable(typeof(AriChannel[]))]
[JsonSerializable(typeof(AriBridge[]))]
[JsonSerializable(typeof(Dictionary<string, Dictionary<string, string>>))]
internal sealed partial class AriJson : JsonSerializerContext;

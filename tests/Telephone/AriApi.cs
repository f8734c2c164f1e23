using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Telephone;

/// <summary>
/// Asterisk's REST interface as it is documented (docs.asterisk.org, Asterisk REST Interface, versions 18 to 23), as far as the
/// bridge may use it: which parameters an operation has, which it must have, and which exclude each other.
/// </summary>
internal static class AriApi
{
    private static readonly string[] Reasons =
    [
        "normal", "busy", "congestion", "no_answer", "timeout", "rejected", "unallocated",
        "normal_unspecified", "number_incomplete",
        "codec_mismatch", "interworking", "failure", "answered_elsewhere",
    ];

    private static readonly string[] BridgeTypes =
        ["mixing", "holding", "dtmf_events", "proxy_media", "video_sfu", "video_single", "sdp_label"];

    // A star marks what must be there.
    private static readonly Dictionary<string, string[]> Parameters = new()
    {
        ["GET events"] = ["app*", "subscribeAll"],
        ["GET channels"] = [],
        ["POST channels"] =
        [
            "endpoint*", "extension", "context", "priority", "label", "app", "appArgs", "callerId", "timeout", "channelId",
            "otherChannelId", "originator", "formats",
        ],
        ["GET channels/{channelId}"] = [],
        ["DELETE channels/{channelId}"] = ["reason_code", "reason"],
        ["POST channels/{channelId}/ring"] = [],
        ["POST channels/{channelId}/answer"] = [],
        ["POST channels/{channelId}/play"] = ["media*", "lang", "offsetms", "skipms", "playbackId"],
        ["GET bridges"] = [],
        ["POST bridges/{bridgeId}"] = ["type", "name"],
        ["DELETE bridges/{bridgeId}"] = [],
        ["POST bridges/{bridgeId}/addChannel"] = ["channel*", "role", "absorbDTMF", "mute", "inhibitConnectedLineUpdates"],
        ["POST applications/{applicationName}/subscription"] = ["eventSource*"],
    };

    /// <summary>What is wrong with a request for <paramref name="operation"/>; empty if nothing is.</summary>
    public static IEnumerable<string> Faults(string operation, IQueryCollection query, JsonElement? body)
    {
        if (!Parameters.TryGetValue(operation, out var known))
        {
            yield return $"{operation} is no operation of ARI";
            yield break;
        }

        foreach (var name in query.Keys.Where(name => !known.Contains(name) && !known.Contains(name + '*')))
            yield return $"{operation} has no parameter {name}";
        foreach (var name in known.Where(name => name.EndsWith('*')).Select(name => name[..^1]))
            if (query[name].ToString().Length == 0)
                yield return $"{operation} needs {name}";
        if (query.ContainsKey("reason") && (query.ContainsKey("reason_code") || !Reasons.Contains(query["reason"].ToString())))
            yield return $"reason={query["reason"]} is none of ARI's";
        if (query["type"].ToString() is { Length: > 0 } types && types.Split(',').Except(BridgeTypes).Any())
            yield return $"type={types} is no bridge's";
        if (query["eventSource"].ToString() is { Length: > 0 } source
            && source.Split(':')[0] is not ("channel" or "bridge" or "endpoint" or "deviceState"))
            yield return $"eventSource={source} has no such scheme";
        if (query["media"].ToString() is { Length: > 0 } media
            && media.Split(':')[0] is not ("sound" or "recording" or "number" or "digits" or "characters" or "tone"))
            yield return $"media={media} has no such scheme";
        if (operation == "POST channels")
            foreach (var fault in OriginationFaults(query, body))
                yield return fault;
        else if (body is not null)
            yield return $"{operation} takes no body";
    }

    private static IEnumerable<string> OriginationFaults(IQueryCollection query, JsonElement? body)
    {
        if (query.ContainsKey("app") && new[] { "context", "extension", "priority", "label" }.Any(query.ContainsKey))
            yield return "app excludes context, extension, priority and label";
        if (!query.ContainsKey("app") && !query.ContainsKey("extension"))
            yield return "either app or extension must be there";
        foreach (var name in new[] { "timeout", "priority" })
            if (query.ContainsKey(name) && !int.TryParse(query[name], out _))
                yield return $"{name} is no number";
        // AST_MAX_PUBLIC_UNIQUEID and AST_MAX_EXTENSION.
        if (query["channelId"].ToString().Length > 149)
            yield return "channelId is too long";
        if (query["extension"].ToString().Length > 80)
            yield return "extension is too long";
        if (body is not { } given)
            yield break;
        if (given.ValueKind != JsonValueKind.Object || given.EnumerateObject().Any(member => member.Name != "variables"))
            yield return "the body holds more than variables";
        else if (given.GetProperty("variables").EnumerateObject()
            .Any(variable => variable.Value.ValueKind != JsonValueKind.String))
            yield return "variables must be texts";
    }
}

using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Telephone;

/// <summary>The response of a woken app to a call, parsed from JSON in which numbers may stand for strings.</summary>
/// <param name="ServerCallId">The call.</param>
/// <param name="Extension">The extension of the responding user.</param>
/// <param name="Action">The action.</param>
internal sealed record CallResponse(string ServerCallId, string Extension, CallResponseAction Action)
{
    /// <summary>Parses it; <c>timestamp</c>, the app's own clock, is ignored.</summary>
    public static CallResponse Read(JsonElement body)
    {
        if (body.ValueKind != JsonValueKind.Object)
            throw CallException.Invalid("The message must be a JSON object.");
        var callId = Check.Id(body.Text("server_call_id"), "server_call_id", CallLimits.CallId);
        if (!Check.IsCallId(callId))
            throw CallException.Invalid("server_call_id is no call id.");
        var extension = Check.Id(body.Text("extension"), "extension", CallLimits.UserId);
        return new CallResponse(callId, extension, WireNames.Parse<CallResponseAction>(body.Text("action"))
            ?? throw CallException.Invalid("action must be accept, accept_ready, decline or hangup."));
    }
}

/// <summary>The actions of an app.</summary>
internal enum CallResponseAction
{
    /// <summary>Accepted by an app that was running.</summary>
    Accept = 1,

    /// <summary>Accepted by an app that had to be launched, and is ready now.</summary>
    AcceptReady = 2,

    /// <summary>Declined.</summary>
    Decline = 3,

    /// <summary>Hung up.</summary>
    Hangup = 4,
}

/// <summary>The response to the app.</summary>
/// <param name="Success">Whether the command succeeded.</param>
/// <param name="Error">The error's detail.</param>
/// <param name="Code">The error's code.</param>
/// <param name="Call">The current state of the call; null if it is not returned.</param>
/// <param name="TraceId">The trace id of an error in the log.</param>
internal sealed record CallResponseAnswer(
    bool Success, string? Error = null, string? Code = null, Call? Call = null, string? TraceId = null);

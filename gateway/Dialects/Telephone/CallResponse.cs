using System.Text.Json;

namespace OrleansCalls.Gateway.Dialects.Telephone;

/// <summary>What a woken app says of a call (document 004), read from JSON in which numbers may stand for texts.</summary>
/// <param name="ServerCallId">Which call.</param>
/// <param name="Extension">Who says it, as the telephone system knows them.</param>
/// <param name="Action">What is to be done.</param>
internal sealed record CallResponse(string ServerCallId, string Extension, CallResponseAction Action)
{
    /// <summary>Reads it; <c>timestamp</c> is the app's own clock, and nothing is decided by that.</summary>
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

/// <summary>The four things that an app can say.</summary>
internal enum CallResponseAction
{
    /// <summary>Taken by an app that was running.</summary>
    Accept = 1,

    /// <summary>Taken by an app that had to be woken, and is ready now.</summary>
    AcceptReady = 2,

    /// <summary>Declined.</summary>
    Decline = 3,

    /// <summary>Hung up.</summary>
    Hangup = 4,
}

/// <summary>What the app is answered.</summary>
/// <param name="Success">Whether it was done.</param>
/// <param name="Error">Why not.</param>
/// <param name="Code">The protocol's word for that.</param>
/// <param name="Call">The call as it now is, where there is one to be shown.</param>
/// <param name="TraceId">Under which the log has more, of an error.</param>
internal sealed record CallResponseAnswer(
    bool Success, string? Error = null, string? Code = null, Call? Call = null, string? TraceId = null);

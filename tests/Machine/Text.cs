namespace OrleansCalls.Tests.Machine;

/// <summary>Events and replies as short text, for tables and for messages of failed tests.</summary>
internal static class Text
{
    public static string Of(ClientEvent what) => what switch
    {
        CallIncoming e => e.Offer is null ? "incoming" : "incoming offer",
        CallProgress e => $"progress {e.UserId} {EnumNames.Snake(e.Stage)}",
        CallAccepted e => $"accepted {e.UserId} {e.DeviceId}".TrimEnd() + (e.Answer is null ? "" : " answer"),
        CallReady e => $"ready {e.UserId}" + (e.Answer is null ? "" : " answer"),
        CallRejected e => $"rejected {e.UserId}",
        CallUpdated => "updated",
        CallEnded e => $"ended {EnumNames.Snake(e.Reason)}",
        SignalReceived e => $"signal {e.FromUserId} {EnumNames.Snake(e.Kind)} {e.Payload}",
        _ => throw new ArgumentException($"No text for {what.GetType().Name}."),
    };

    public static string Of(CallReply reply) => reply.Error is { } error ? EnumNames.Snake(error.Code) : "ok";
}

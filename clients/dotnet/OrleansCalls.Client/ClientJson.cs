using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansCalls.Client;

/// <summary>The protocol's JSON: camelCase, no nulls, unknown fields ignored.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IncomingCall))]
[JsonSerializable(typeof(CallProgress))]
[JsonSerializable(typeof(CallAccepted))]
[JsonSerializable(typeof(CallReady))]
[JsonSerializable(typeof(CallRejected))]
[JsonSerializable(typeof(Call[]))]
[JsonSerializable(typeof(CallEnded))]
[JsonSerializable(typeof(SignalReceived))]
[JsonSerializable(typeof(OpenCalls))]
[JsonSerializable(typeof(PresenceChanged))]
[JsonSerializable(typeof(MissedCallsAcked))]
[JsonSerializable(typeof(NotificationReceived))]
[JsonSerializable(typeof(Reconnect))]
[JsonSerializable(typeof(Displaced))]
[JsonSerializable(typeof(CallOffer))]
[JsonSerializable(typeof(PastCall[]))]
[JsonSerializable(typeof(Presence[]))]
[JsonSerializable(typeof(StartCallRequest))]
[JsonSerializable(typeof(CallRequest))]
[JsonSerializable(typeof(AcceptCallRequest))]
[JsonSerializable(typeof(ReadyCallRequest))]
[JsonSerializable(typeof(ReasonRequest))]
[JsonSerializable(typeof(SendSignalRequest))]
[JsonSerializable(typeof(InviteRequest))]
[JsonSerializable(typeof(ReportMediaRequest))]
[JsonSerializable(typeof(PushTokenRequest))]
[JsonSerializable(typeof(PresenceRequest))]
[JsonSerializable(typeof(HistoryRequest))]
[JsonSerializable(typeof(AckMissedRequest))]
[JsonSerializable(typeof(Server.ProblemDetails))]
[JsonSerializable(typeof(Server.WebhookEvent))]
internal sealed partial class ClientJson : JsonSerializerContext;

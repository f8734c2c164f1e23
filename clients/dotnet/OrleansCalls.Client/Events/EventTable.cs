using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace OrleansCalls.Client;

/// <summary>The single table of the hub's events and their payloads. Other events are ignored.</summary>
internal static class EventTable
{
    /// <summary>By the name of the client method.</summary>
    public static readonly FrozenDictionary<string, Entry> Entries = new Entry[]
    {
        Entry.Of(
            nameof(CallIncoming), ClientJson.Default.IncomingCall,
            call => new CallIncoming { CallId = call.CallId, Seq = call.Seq, Call = call }),
        Entry.Of(nameof(CallProgress), ClientJson.Default.CallProgress),
        Entry.Of(nameof(CallAccepted), ClientJson.Default.CallAccepted),
        Entry.Of(nameof(CallReady), ClientJson.Default.CallReady),
        Entry.Of(nameof(CallRejected), ClientJson.Default.CallRejected),
        Entry.Of(
            nameof(CallUpdated), ClientJson.Default.Call,
            call => new CallUpdated { CallId = call.CallId, Seq = call.Seq, Call = call }),
        Entry.Of(nameof(CallEnded), ClientJson.Default.CallEnded),
        Entry.Of(nameof(SignalReceived), ClientJson.Default.SignalReceived),
        Entry.Of(nameof(OpenCalls), ClientJson.Default.OpenCalls),
        Entry.Of(nameof(PresenceChanged), ClientJson.Default.PresenceChanged),
        Entry.Of(nameof(MissedCallsAcked), ClientJson.Default.MissedCallsAcked),
        Entry.Of(nameof(NotificationReceived), ClientJson.Default.NotificationReceived),
        Entry.Of(
            nameof(SettingsChanged), ClientJson.Default.UserSettings, settings => new SettingsChanged { Settings = settings }),
        Entry.Of(nameof(TestRing), ClientJson.Default.TestRing),
        Entry.Of(nameof(Reconnect), ClientJson.Default.Reconnect),
        Entry.Of(nameof(Displaced), ClientJson.Default.Displaced),
    }.ToFrozenDictionary(entry => entry.Name, StringComparer.Ordinal);

    /// <summary>One event.</summary>
    /// <param name="Name">The client method.</param>
    /// <param name="Payload">The contract of its argument.</param>
    /// <param name="Read">Reads the argument. Throws <see cref="JsonException"/> when it is malformed.</param>
    public sealed record Entry(string Name, JsonTypeInfo Payload, Func<JsonElement, CallEvent> Read)
    {
        public static Entry Of<T>(string name, JsonTypeInfo<T> payload)
            where T : CallEvent => Of(name, payload, what => what);

        public static Entry Of<T>(string name, JsonTypeInfo<T> payload, Func<T, CallEvent> make) =>
            new(name, payload, json => make(json.Deserialize(payload) ?? throw new JsonException()));
    }
}

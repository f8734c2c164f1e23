using System.Buffers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using OrleansCalls.Calls;
using OrleansCalls.Gateway.Auth;
using OrleansCalls.Gateway.Calls;
using OrleansCalls.Gateway.Dialects.Core;
using OrleansCalls.Gateway.Dialects.PlainSockets;
using OrleansCalls.Gateway.Dialects.Rooms;
using OrleansCalls.Gateway.Hosting;
using OrleansCalls.Gateway.Hubs;
using OrleansCalls.Gateway.Ice;
using OrleansCalls.Gateway.SocketIo;
using OrleansCalls.Gateway.Telephone;
using OrleansCalls.Gateway.Telephone.Ari;
using OrleansCalls.Gateway.Wire;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Storage;
using OrleansCalls.Users;

namespace OrleansCalls.Tests.Fuzz;

/// <summary>
/// Everything that reads bytes from outside, each as a function of those bytes. It returns, whatever they are; an exception that
/// gets out is a defect. The exceptions that are caught here are the ones that the caller of each parser answers.
/// </summary>
internal static class Targets
{
    private static readonly JsonSerializerOptions Wire = WireJson.CreateOptions();
    private static readonly GrainStateSerializer Rows = new();
    private static readonly CallHubProtocol Hub = MakeHub();
    private static readonly ActionKey Key = new()
    {
        KeyId = "k1", Secret = [.. Enumerable.Repeat((byte)7, 32)], CreatedAt = DateTimeOffset.UnixEpoch,
    };

    /// <summary>All of them, by the names of their folders in Corpus.</summary>
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new SortedDictionary<string, Action<byte[]>>(
        StringComparer.Ordinal)
    {
        ["action-token"] = ReadActionToken,
        ["ari-event"] = bytes => AriEvents.Parse(bytes),
        ["call-row"] = bytes => ReadRow<StoredCall>(bytes),
        ["history-cursor"] = ReadCursor,
        ["hub"] = ReadHub,
        ["plain-socket"] = ReadPlain,
        ["request"] = ReadRequest,
        ["settings"] = ReadSettings,
        ["socketio"] = ReadSocketIo,
        ["user-row"] = bytes => ReadRow<StoredUser>(bytes),
        ["web-push"] = ReadSubscription,
    };

    private static void ReadActionToken(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (ActionToken.Read(text, Key, DateTimeOffset.UnixEpoch) is { } token)
            Must(token.Sign(Key) == text, "a token has one text");
        // The same claims, rightly signed: what is behind the check of the MAC is read too.
        var signed = new ActionToken(Part(0), Part(1), Part(2), DateTimeOffset.FromUnixTimeSeconds(bytes.Length)).Sign(Key);
        _ = ActionToken.Read(signed, Key, DateTimeOffset.UnixEpoch);

        string Part(int place) => text.Split('.') is var parts && place < parts.Length ? parts[place] : "";
    }

    private static void ReadRow<T>(byte[] bytes)
    {
        T? row;
        try
        {
            row = Rows.Deserialize<T>(new BinaryData(bytes));
        }
        // A row that is damaged: the activation fails, and says so.
        catch (JsonException)
        {
            return;
        }

        if (row is null)
            return;
        var written = Rows.Serialize(row);
        Must(
            Rows.Serialize(Rows.Deserialize<T>(written)).ToString() == written.ToString(),
            "a row that was read is written as it was read");
    }

    private static void ReadCursor(byte[] bytes)
    {
        try
        {
            var cursor = HistoryCursor.Parse(Encoding.UTF8.GetString(bytes));
            Must(HistoryCursor.Parse(cursor.ToString()) == cursor, "a cursor names its place");
        }
        catch (ArgumentException exception) when (exception.Message == "The cursor is not one that this service gave.")
        {
            // A client's mistake.
        }
    }

    private static void ReadHub(byte[] bytes)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        try
        {
            while (Hub.TryParseMessage(ref input, new Binder(), out var message))
            {
                // What is answered must not be more than words.
                if (message is InvocationBindingFailureMessage failure)
                    Must(
                        failure.BindingFailure.SourceException is HubException { Message.Length: < 500 },
                        "a refusal is a sentence");
                else if (message is InvocationMessage { Arguments: [{ } argument] })
                    Checked(argument);
            }
        }
        catch (InvalidDataException)
        {
            // SignalR closes the connection.
        }
    }

    private static void ReadPlain(byte[] bytes)
    {
        if (PlainMessage.Read(bytes) is not var (_, body))
            return;
        try
        {
            foreach (var field in body.EnumerateObject().Select(field => field.Name))
            {
                _ = body.Text(field);
                _ = body.Whole(field);
                _ = body.Media(field);
                _ = body.Description(field);
            }

            _ = body.Reason();
        }
        catch (CallException)
        {
            // Told to the client as invalid_argument.
        }
    }

    private static void ReadRequest(byte[] bytes)
    {
        foreach (var type in (Type[])[typeof(StartCallRequest), typeof(AcceptCallRequest), typeof(SendSignalRequest),
            typeof(InviteRequest),
            typeof(ReportMediaRequest), typeof(RateCallRequest), typeof(PushTokenRequest), typeof(HistoryRequest),
            typeof(AckMissedRequest), typeof(SettingsRequest)])
        {
            try
            {
                JsonText.RefuseHalfCharacters(bytes);
                if (JsonSerializer.Deserialize(bytes, type, Wire) is { } request)
                    Checked(request);
            }
            catch (JsonException)
            {
                // Answered with 400.
            }
        }
    }

    private static void Checked(object request)
    {
        try
        {
            switch (request)
            {
                case StartCallRequest start:
                    _ = Check.UserIds(start.CalleeIds, "calleeIds");
                    _ = Check.Description(start.Offer, "offer");
                    _ = Check.Metadata(start.Metadata);
                    _ = Check.RingSeconds(start.RingSeconds);
                    _ = Check.CallId(start.CallId);
                    break;
                case InviteRequest invite:
                    _ = Check.UserIds(invite.CalleeIds, "calleeIds");
                    break;
                case SendSignalRequest signal:
                    _ = Check.Payload(signal.Payload, required: true);
                    break;
                case PushTokenRequest token:
                    _ = Check.PushToken(token.Provider ?? PushProvider.WebPush, token.Token);
                    break;
                case HistoryRequest history:
                    _ = Check.Cursor(history.Before);
                    break;
                case ReasonRequest reason:
                    _ = Check.CallId(reason.CallId);
                    break;
            }
        }
        catch (CallException)
        {
            // Answered with its code.
        }
    }

    private static void ReadSettings(byte[] bytes)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n'))
            if (line.Split('=', 2) is [{ Length: > 0 } name, var value])
                values[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        var settings = new ConfigurationBuilder().AddInMemoryCollection(values).Build();
        try
        {
            SettingsReader.Read(settings, all => new object[]
            {
                GatewayOptions.Read(all, development: false), CorsOptions.Read(all), MetricsOptions.Read(all),
                IceOptions.Read(all), BridgeOptions.Read(all),
                RoomOptions.Read(all), SocketIoOptions.Read(all), AuthOptions.Read(all, developmentKey: null),
            });
        }
        catch (SettingException)
        {
            // The sentences with which the program stops.
        }
    }

    private static void ReadSocketIo(byte[] bytes)
    {
        foreach (var packet in EnginePacket.Split(bytes))
        {
            if (packet.IsEmpty || packet.Span[0] != EnginePacket.MessageType)
                continue;
            try
            {
                var read = SocketPacket.Parse(packet.Span[1..]);
                if (read.Type == SocketPacketType.Event)
                    Must(read.EventName() is not null, "an event has a name");
            }
            catch (ProtocolException)
            {
                // The session is closed.
            }
        }
    }

    private static void ReadSubscription(byte[] bytes)
    {
        if (!WebPushSubscription.TryRead(Encoding.UTF8.GetString(bytes), out var subscription, out var fault))
            Must(fault.Length is > 0 and < 500, "a refusal is a sentence");
        else
            Must(WebPushSubscription.TryRead(subscription.Token, out _, out _), "what was read is read again");
    }

    private static void Must(bool holds, string what)
    {
        if (!holds)
            throw new InvalidOperationException($"This does not hold: {what}.");
    }

    private static CallHubProtocol MakeHub()
    {
        var options = new JsonHubProtocolOptions();
        WireJson.Apply(options.PayloadSerializerOptions);
        return new CallHubProtocol(Options.Create(options));
    }

    /// <summary>Arguments of the hub's methods, as SignalR's dispatcher looks them up.</summary>
    private sealed class Binder : IInvocationBinder
    {
        private static readonly Dictionary<string, Type[]> Methods = typeof(CallHub).GetMethods()
            .Where(method => method.DeclaringType == typeof(CallHub))
            .ToDictionary(
                method => method.Name, method => method.GetParameters().Select(parameter => parameter.ParameterType).ToArray(),
                StringComparer.OrdinalIgnoreCase);

        public Type GetReturnType(string invocationId) => typeof(object);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) =>
            Methods.TryGetValue(methodName, out var types) ? types : throw new HubException("There is no such method.");

        public Type GetStreamItemType(string streamId) => throw new InvalidOperationException("There are no streams.");
    }
}

using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>
/// SignalR's JSON protocol, with the protocol's error for a message whose arguments cannot be parsed. Such messages never reach a
/// hub filter and its rate limit, so a connection that repeats them is closed here.
/// </summary>
internal sealed class CallHubProtocol(IOptions<JsonHubProtocolOptions> options) : IHubProtocol
{
    private const int Patience = 100;

    private readonly JsonHubProtocol _json = new(options);

    // The binder is the only object passed in here that exists once per connection.
    private readonly ConditionalWeakTable<IInvocationBinder, StrongBox<int>> _unreadable = [];

    public string Name => _json.Name;

    public int Version => _json.Version;

    public TransferFormat TransferFormat => _json.TransferFormat;

    public bool IsVersionSupported(int version) => _json.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => _json.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => _json.WriteMessage(message, output);

    public bool TryParseMessage(
        ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        try
        {
            if (!_json.TryParseMessage(ref input, binder, out message))
                return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            // The JSON reader's exceptions for invalid UTF-8 and for numbers out of range.
            throw new InvalidDataException("A message holds what is no text, or no number.", exception);
        }

        if (message is not InvocationBindingFailureMessage failure)
            return true;
        if (++_unreadable.GetOrCreateValue(binder).Value > Patience)
            throw new InvalidDataException("This connection sends messages that cannot be read.");
        message = new InvocationBindingFailureMessage(
            failure.InvocationId, failure.Target, ExceptionDispatchInfo.Capture(new HubException(Describe(failure))));
        return true;
    }

    private static string Describe(InvocationBindingFailureMessage failure) =>
        "invalid_argument: " + (IsKnown(failure.Target)
            ? failure.BindingFailure.SourceException switch
            {
                JsonException json => Faults.Describe(json),
                { InnerException: JsonException json } => Faults.Describe(json),
                _ => "The arguments are not those of this method.",
            }
            : "There is no such method.");

    private static bool IsKnown(string target) =>
        typeof(CallHub).GetMethods().Any(
            m => m.DeclaringType == typeof(CallHub) && m.Name.Equals(target, StringComparison.OrdinalIgnoreCase));
}

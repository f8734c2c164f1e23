using System.Diagnostics;
using System.Text.Json;

namespace OrleansCalls;

/// <summary>
/// The spans of a call, from a command's arrival to the sockets and pushes that it causes, across processes. Without a listener
/// nothing is created. Tags are ids and enum values, never names, SDP or tokens.
/// </summary>
public static class CallTrace
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "OrleansCalls";

    // One per process, as .NET intends: listeners find it by name.
    private static readonly ActivitySource Source = new(Name);

    /// <summary>The current context, to be continued elsewhere; default when nothing is recorded.</summary>
    public static ActivityContext Here => Activity.Current is { Recorded: true } current ? current.Context : default;

    /// <see cref="Here"/> in the form of a <c>traceparent</c> header; null when nothing is recorded.
    public static string? HereAsText => Activity.Current is { Recorded: true } current ? current.Id : null;

    /// <summary>Parses <see cref="HereAsText"/> of another process.</summary>
    public static ActivityContext From(string? text) =>
        ActivityContext.TryParse(text, traceState: null, isRemote: true, out var context) ? context : default;

    /// <summary>Starts a span under the current one; null without a listener.</summary>
    /// <param name="what">The operation, of few distinct values; ids belong into tags.</param>
    /// <param name="callId">The call; null if there is none.</param>
    /// <param name="userId">The user concerned.</param>
    public static Activity? Start(string what, string? callId, string? userId = null) =>
        Source.HasListeners() ? Begin(what, callId, userId, default, default) : null;

    /// <summary>The same for a command, which names the span.</summary>
    public static Activity? Start(string where, CallCommand command, string callId)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Source.HasListeners()
            ? Begin(
                $"{where}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(command.GetType().Name)}", callId,
                command.Actor?.UserId, default, default)
            : null;
    }

    /// <summary>
    /// Continues a trace from elsewhere, never the one that is current here. Without a trace to continue no span is started,
    /// and none stays current.
    /// </summary>
    /// <param name="cause"><see cref="Here"/> of the other process.</param>
    /// <param name="what">The operation.</param>
    /// <param name="callId">The call; null if there is none.</param>
    /// <param name="userId">The user concerned.</param>
    /// <param name="since">The start time, if it is not now.</param>
    public static Activity? Continue(
        ActivityContext cause, string what, string? callId, string? userId = null, DateTimeOffset since = default)
    {
        if (cause != default)
            return Source.HasListeners() ? Begin(what, callId, userId, cause, since) : null;
        if (Activity.Current is not null)
            Activity.Current = null;
        return null;
    }

    /// <summary>Sets the outcome, in the values of metrics and timelines.</summary>
    public static void Outcome(this Activity? span, string outcome, bool failed = false)
    {
        if (span is null)
            return;
        span.SetTag("outcome", outcome);
        if (failed)
            span.SetStatus(ActivityStatusCode.Error, outcome);
    }

    private static Activity? Begin(string what, string? callId, string? userId, ActivityContext parent, DateTimeOffset since)
    {
        var tags = new ActivityTagsCollection();
        if (callId is not null)
            tags.Add("call.id", callId);
        if (userId is not null)
            tags.Add("user.id", userId);
        return Source.StartActivity(what, ActivityKind.Internal, parent, tags, links: null, since);
    }
}

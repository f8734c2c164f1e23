using System.Diagnostics;
using System.Text.Json;

namespace OrleansCalls;

/// <summary>
/// The spans of a call, from a command's arrival to the sockets and pushes that it causes, over all processes. Nothing is made, and
/// nothing costs, while nobody listens. Tags are ids and words of the protocol, never names, SDP or tokens.
/// </summary>
public static class CallTrace
{
    /// <summary>Name of the activity source, and of the meter.</summary>
    public const string Name = "OrleansCalls";

    // One for the process, as .NET means it: listeners find it by its name, and it holds nothing but them.
    private static readonly ActivitySource Source = new(Name);

    /// <summary>Where the caller is, to go on with from elsewhere; default when there is nothing that is recorded.</summary>
    public static ActivityContext Here => Activity.Current is { Recorded: true } current ? current.Context : default;

    /// <summary><see cref="Here"/> as in a <c>traceparent</c> header; null when there is nothing that is recorded.</summary>
    public static string? HereAsText => Activity.Current is { Recorded: true } current ? current.Id : null;

    /// <summary>What <see cref="HereAsText"/> was elsewhere.</summary>
    public static ActivityContext From(string? text) =>
        ActivityContext.TryParse(text, traceState: null, isRemote: true, out var context) ? context : default;

    /// <summary>Begins a span under the current one; null while nobody listens.</summary>
    /// <param name="what">What is being done; one of few words, ids go into the tags.</param>
    /// <param name="callId">Which call, if it is one.</param>
    /// <param name="userId">Whom it concerns.</param>
    public static Activity? Start(string what, string? callId, string? userId = null) =>
        Source.HasListeners() ? Begin(what, callId, userId, default, default) : null;

    /// <summary>As <see cref="Start(string, string?, string?)"/> for a command, which gives the span its name.</summary>
    public static Activity? Start(string where, CallCommand command, string callId)
    {
        ArgumentNullException.ThrowIfNull(command);
        return Source.HasListeners()
            ? Begin($"{where}.{JsonNamingPolicy.SnakeCaseLower.ConvertName(command.GetType().Name)}", callId, command.Actor?.UserId, default, default)
            : null;
    }

    /// <summary>
    /// Goes on with a trace from elsewhere, and never with the one that happens to be current here. Where there was none to go on with
    /// there is no span, and none is current any more.
    /// </summary>
    /// <param name="cause">What <see cref="Here"/> was there.</param>
    /// <param name="what">What is being done.</param>
    /// <param name="callId">Which call, if it is one.</param>
    /// <param name="userId">Whom it concerns.</param>
    /// <param name="since">When it began, if not now.</param>
    public static Activity? Continue(
        ActivityContext cause, string what, string? callId, string? userId = null, DateTimeOffset since = default)
    {
        if (cause != default)
            return Source.HasListeners() ? Begin(what, callId, userId, cause, since) : null;
        if (Activity.Current is not null)
            Activity.Current = null;
        return null;
    }

    /// <summary>Ends with an outcome in the words of metrics and timelines.</summary>
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

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;

namespace OrleansCalls.Calls;

/// <summary>
/// The stored form of a call, written at each of its steps. Derived values are omitted and computed on reading, and a timeline
/// entry is a line of text. Rows of earlier versions hold timeline and outbox within the call.
/// </summary>
public sealed record CallRow
{
    /// <summary>The call without timeline and outbox; null while there is none.</summary>
    public CallState? Call { get; init; }

    /// <summary>The timeline; null in rows of earlier versions, and when it is empty.</summary>
    public TimelineRow? Timeline { get; init; }

    /// <summary>Notices that may be undelivered; null in rows of earlier versions, and when there are none.</summary>
    public ImmutableArray<NoticeRow>? Outbox { get; init; }

    /// <inheritdoc cref="StoredCall.WakeAt"/>
    public DateTimeOffset? WakeAt { get; init; }

    /// <inheritdoc cref="StoredCall.IsInHistory"/>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsInHistory { get; init; }

    /// <summary>Returns the row of a call.</summary>
    public static CallRow Of(StoredCall stored)
    {
        var row = new CallRow { WakeAt = stored.WakeAt, IsInHistory = stored.IsInHistory };
        return stored.Call is not { } call ? row : row with
        {
            Call = call with { Timeline = [], Outbox = [] },
            Timeline = call.Timeline.IsEmpty ? null : TimelineRow.Of(call.Timeline),
            Outbox = call.Outbox.IsEmpty ? null : [.. call.Outbox.Select(notice => NoticeRow.Of(notice, call))],
        };
    }

    /// <summary>Reads a row of this version or an earlier one.</summary>
    /// <exception cref="FormatException">The row is damaged.</exception>
    public StoredCall Read() => new() { Call = Call is null ? null : Whole(Call), WakeAt = WakeAt, IsInHistory = IsInHistory };

    private CallState Whole(CallState call)
    {
        if (call.Timeline.Contains(null!) || call.Outbox.Any(notice => notice is null || notice.Events.Contains(null!)))
            throw new FormatException("An entry is null.");
        return call with
        {
            Timeline = Timeline?.Read() ?? call.Timeline,
            Outbox = Outbox is { } rows ? [.. rows.Select(row => row.Read(call))] : call.Outbox,
        };
    }
}

/// <summary>
/// A notice. Views of the call in it are left out where they are of the call's newest number: from the call they are
/// made again as they were. Those of an earlier number, which a user has not received yet, are kept: clients order
/// events by the numbers in them.
/// </summary>
public sealed record NoticeRow
{
    /// <summary>The addressed user.</summary>
    public required string UserId { get; init; }

    /// <summary>The user's part; null when it is over, or left out.</summary>
    public OpenCall? Call { get; init; }

    /// <summary>Whether the user's part is left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsOpen { get; init; }

    /// <summary>The events for the user's devices, in order.</summary>
    public ImmutableArray<EventRow> Events { get; init; } = [];

    /// <inheritdoc cref="UserNotice.Missed"/>
    public MissedCall? Missed { get; init; }

    /// <inheritdoc cref="UserNotice.AckedDeviceId"/>
    public string? AckedDeviceId { get; init; }

    /// <inheritdoc cref="UserNotice.AnsweredBy"/>
    public ImmutableArray<string>? AnsweredBy { get; init; }

    /// <inheritdoc cref="UserNotice.BusyCallees"/>
    public ImmutableArray<string>? BusyCallees { get; init; }

    /// <summary>The row of a notice of this call.</summary>
    public static NoticeRow Of(UserNotice notice, CallState call)
    {
        var isLeftOut = notice.Call?.Seq == call.Seq && call.OpenFor(notice.UserId) is not null;
        return new NoticeRow
        {
            UserId = notice.UserId,
            Call = isLeftOut ? null : notice.Call,
            IsOpen = isLeftOut,
            Events = [.. notice.Events.Select(envelope => EventRow.Of(envelope, call))],
            Missed = notice.Missed,
            AckedDeviceId = notice.AckedDeviceId,
            AnsweredBy = notice.AnsweredBy.IsEmpty ? null : notice.AnsweredBy,
            BusyCallees = notice.BusyCallees.IsEmpty ? null : notice.BusyCallees,
        };
    }

    /// <summary>Returns the notice of a row of this call.</summary>
    public UserNotice Read(CallState call) => new()
    {
        UserId = UserId,
        CallId = call.CallId,
        Call = IsOpen ? call.OpenFor(UserId) : Call,
        Events = [.. Events.Select(row => row.Read(call, UserId))],
        Missed = Missed,
        AckedDeviceId = AckedDeviceId,
        AnsweredBy = AnsweredBy ?? [],
        BusyCallees = BusyCallees ?? [],
    };
}

/// <summary>An event for one user.</summary>
public sealed record EventRow
{
    /// <summary>The event; null for one that is left out.</summary>
    public ClientEvent? Event { get; init; }

    /// <summary>Whether a <see cref="CallUpdated"/> is left out.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsUpdate { get; init; }

    /// <inheritdoc cref="Envelope.OnlyDevice"/>
    public string? OnlyDevice { get; init; }

    /// <inheritdoc cref="Envelope.ExceptDevice"/>
    public string? ExceptDevice { get; init; }

    /// <summary>The row of an event.</summary>
    public static EventRow Of(Envelope envelope, CallState call)
    {
        var isLeftOut = envelope.Event is CallUpdated update && update.Seq == call.Seq && update.Call.Seq == call.Seq;
        return new EventRow
        {
            Event = isLeftOut ? null : envelope.Event,
            IsUpdate = isLeftOut,
            OnlyDevice = envelope.OnlyDevice,
            ExceptDevice = envelope.ExceptDevice,
        };
    }

    /// <summary>The event of a row of this call.</summary>
    /// <exception cref="FormatException">The row is damaged.</exception>
    public Envelope Read(CallState call, string userId) => new()
    {
        Event = IsUpdate
            ? new CallUpdated { CallId = call.CallId, Seq = call.Seq, Call = call.ViewFor(userId) }
            : Event ?? throw new FormatException("An event is missing."),
        OnlyDevice = OnlyDevice,
        ExceptDevice = ExceptDevice,
    };
}

/// <summary>
/// A timeline: <c>{"at":1764500000000,"ids":["alice","a1"],"lines":["0\tstarted\t0\t1\taudio"]}</c>. A line holds the
/// milliseconds since the first entry, the kind, the indexes of user and device in the list of ids (<c>-</c> for none), and the
/// detail.
/// </summary>
public sealed record TimelineRow
{
    /// <summary>Stands for no user or device.</summary>
    public const string None = "-";

    /// <summary>The first entry's time, in milliseconds since 1970.</summary>
    public required long At { get; init; }

    /// <summary>Users and devices.</summary>
    public required ImmutableArray<string> Ids { get; init; }

    /// <summary>One line per entry.</summary>
    public required ImmutableArray<string> Lines { get; init; }

    /// <summary>Returns the row of a timeline with at least one entry.</summary>
    public static TimelineRow Of(ImmutableArray<TimelineEntry> timeline)
    {
        var start = timeline[0].At.ToUnixTimeMilliseconds();
        var ids = new List<string>(4);
        var lines = ImmutableArray.CreateBuilder<string>(timeline.Length);
        foreach (var entry in timeline)
        {
            var (user, device, what) = (Place(entry.UserId), Place(entry.DeviceId), entry.What.Replace('\t', ' '));
            lines.Add(entry.Detail is { } detail
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.At.ToUnixTimeMilliseconds() - start}\t{what}\t{user}\t{device}\t{detail}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{entry.At.ToUnixTimeMilliseconds() - start}\t{what}\t{user}\t{device}"));
        }

        return new TimelineRow { At = start, Ids = [.. ids], Lines = lines.MoveToImmutable() };

        string Place(string? id)
        {
            if (id is null)
                return None;
            var at = ids.IndexOf(id);
            if (at < 0)
            {
                at = ids.Count;
                ids.Add(id);
            }

            return at.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Reads the timeline of a row.</summary>
    /// <exception cref="FormatException">The row is damaged.</exception>
    public ImmutableArray<TimelineEntry> Read() => [.. Lines.Select(Entry)];

    private TimelineEntry Entry(string? line)
    {
        if (line?.Split('\t', 5) is not { Length: >= 4 } parts)
            throw new FormatException($"'{line}' is no line of a timeline.");
        return new TimelineEntry
        {
            At = DateTimeOffset.FromUnixTimeMilliseconds(
                At + long.Parse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)),
            What = parts[1],
            UserId = Id(parts[2]),
            DeviceId = Id(parts[3]),
            Detail = parts.Length > 4 ? parts[4] : null,
        };
    }

    private string? Id(string place) =>
        place == None ? null
        : int.Parse(place, NumberStyles.None, CultureInfo.InvariantCulture) is var at && at < Ids.Length ? Ids[at]
        : throw new FormatException($"There is no id {place} in the timeline.");
}

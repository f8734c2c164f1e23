using System.Text;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>A row returned by a statement; a written row is returned without its content.</summary>
internal sealed record CallRow(int Version, byte[] Payload)
{
    internal static CallRow Written { get; } = new(0, []);
}

/// <summary>A read or write of one call's row, sent with the next round trip.</summary>
internal abstract class PostgresRequest(string callId)
{
    internal string CallId => callId;

    /// <summary>The statement that executes the request.</summary>
    internal abstract PostgresStatement Statement { get; }

    /// <summary>The approximate number of bytes sent to the server.</summary>
    internal virtual int Size => callId.Length;

    /// <summary>Completes the request. Null: the row does not exist, or did not have the expected version.</summary>
    internal abstract void Succeed(CallRow? row);

    internal abstract void Fail(Exception exception);
}

/// <summary>A read of a call's state.</summary>
internal sealed class CallRead(string callId) : PostgresRequest(callId)
{
    // Continuations run elsewhere: the lane's thread has the next round trip to make.
    private readonly TaskCompletionSource<CallRow?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The row; null if there is none.</summary>
    internal Task<CallRow?> Done => _done.Task;

    internal override PostgresStatement Statement => PostgresStatements.ReadCalls;

    internal override void Succeed(CallRow? row) => _done.SetResult(row);

    internal override void Fail(Exception exception) => _done.SetException(exception);
}

/// <summary>A write of a row.</summary>
internal abstract class PostgresWrite(string callId) : PostgresRequest(callId)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the write is committed. False: version conflict.</summary>
    internal Task<bool> Done => _done.Task;

    internal sealed override void Succeed(CallRow? row) => _done.SetResult(row is not null);

    internal sealed override void Fail(Exception exception) => _done.SetException(exception);
}

/// <summary>
/// Replaces the version of a call's state that was read (0 is none). Also writes its wake time (null removes it from the open
/// calls) and, once it has ended, its history record.
/// </summary>
internal sealed class CallWrite(string callId, int read, byte[] payload, DateTime? wakeAt, SessionRow? session)
    : PostgresWrite(callId)
{
    internal int Read => read;

    internal DateTime? WakeAt => wakeAt;

    internal byte[] Payload => payload;

    internal SessionRow? Session => session;

    internal override PostgresStatement Statement => (read == 0, session is null) switch
    {
        (true, true) => PostgresStatements.InsertCalls,
        (true, false) => PostgresStatements.InsertEndedCalls,
        (false, true) => PostgresStatements.UpdateCalls,
        (false, false) => PostgresStatements.EndCalls,
    };

    internal override int Size => payload.Length + (session?.Json.Length ?? 0) + (session?.Timeline?.Length ?? 0);
}

/// <summary>Proves that calls' rows can be written, on a row that belongs to no call.</summary>
internal sealed class ProbeWrite(string id) : PostgresWrite(id)
{
    internal override PostgresStatement Statement => PostgresStatements.WriteProbes;
}

/// <summary>An ended call as its rows in history.</summary>
internal sealed class SessionRow(CallSession session)
{
    internal Call Call => session.Call;

    internal IReadOnlyList<CallParticipant> Participants { get; } = session.Participants;

    internal string Json { get; } = Encoding.UTF8.GetString(HistoryRecord.Json(session.Call));

    internal string? Timeline { get; } = TimelineRecord.Write(session.Timeline) is { } timeline
        ? Encoding.UTF8.GetString(timeline)
        : null;

    /// <summary>In milliseconds, like the cursors it is compared with.</summary>
    internal DateTime EndedAt { get; } =
        DateTimeOffset.FromUnixTimeMilliseconds(HistoryRecord.EndOf(session.Call).ToUnixTimeMilliseconds()).UtcDateTime;
}

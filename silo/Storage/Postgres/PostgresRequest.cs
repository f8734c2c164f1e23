using System.Text;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>A row that a statement has answered with; one that it has written comes without its content.</summary>
internal sealed record CallRow(int Version, byte[] Payload)
{
    internal static CallRow Written { get; } = new(0, []);
}

/// <summary>One call's row in one of the tables, to be read or written with the next round trip.</summary>
internal abstract class PostgresRequest(string callId)
{
    internal string CallId => callId;

    /// <summary>What reads or writes it.</summary>
    internal abstract PostgresStatement Statement { get; }

    /// <summary>About how many bytes go to the server.</summary>
    internal virtual int Size => callId.Length;

    /// <summary>It is done. Null: the row is not there, or was not the one that was to be replaced.</summary>
    internal abstract void Succeed(CallRow? row);

    internal abstract void Fail(Exception exception);
}

/// <summary>A call's state is wanted.</summary>
internal sealed class CallRead(string callId) : PostgresRequest(callId)
{
    // Whoever waits goes on elsewhere: the lane has the next round trip to make.
    private readonly TaskCompletionSource<CallRow?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The row, if there is one.</summary>
    internal Task<CallRow?> Done => _done.Task;

    internal override PostgresStatement Statement => PostgresStatements.ReadCalls;

    internal override void Succeed(CallRow? row) => _done.SetResult(row);

    internal override void Fail(Exception exception) => _done.SetException(exception);
}

/// <summary>Something is to be written.</summary>
internal abstract class PostgresWrite(string callId) : PostgresRequest(callId)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Done when it is committed; false when the row was not the one that was to be replaced.</summary>
    internal Task<bool> Done => _done.Task;

    internal sealed override void Succeed(CallRow? row) => _done.SetResult(row is not null);

    internal sealed override void Fail(Exception exception) => _done.SetException(exception);
}

/// <summary>
/// A call's state, in place of the version that was read (0 is none), with its wake time (null takes it out of the open calls)
/// and, once it has ended, its record of history.
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

/// <summary>Proves that rows of calls are written; its own is no call's.</summary>
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

    /// <summary>A cursor counts in milliseconds, so the times it is compared with do too.</summary>
    internal DateTime EndedAt { get; } =
        DateTimeOffset.FromUnixTimeMilliseconds(HistoryRecord.EndOf(session.Call).ToUnixTimeMilliseconds()).UtcDateTime;
}

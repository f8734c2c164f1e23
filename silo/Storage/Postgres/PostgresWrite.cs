using System.Text;
using OrleansCalls.History;

namespace OrleansCalls.Silo.Storage.Postgres;

/// <summary>The tables that are written in sets.</summary>
internal enum PostgresTable
{
    Calls,
    OpenCalls,
    History,
}

/// <summary>One call's row in one of the tables, to be written with the next round trip.</summary>
internal abstract class PostgresWrite(string callId)
{
    // Whoever waits goes on elsewhere: the writer has the next round trip to make.
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal string CallId => callId;

    /// <summary>What writes it.</summary>
    internal abstract PostgresStatement Statement { get; }

    /// <summary>About how many bytes go to the server.</summary>
    internal virtual int Size => callId.Length;

    /// <summary>Done when it is committed; false when the row was not the one that was to be replaced.</summary>
    internal Task<bool> Done => _done.Task;

    internal void Succeed(bool written) => _done.SetResult(written);

    internal void Fail(Exception exception) => _done.SetException(exception);
}

/// <summary>A call's state, in place of the version that was read; 0 is none.</summary>
internal sealed class CallWrite(string callId, int read, byte[] payload) : PostgresWrite(callId)
{
    internal int Read => read;

    internal byte[] Payload => payload;

    internal override PostgresStatement Statement => read == 0 ? PostgresStatements.InsertCalls : PostgresStatements.UpdateCalls;

    internal override int Size => payload.Length;
}

/// <summary>An open call is kept until then; null drops it.</summary>
internal sealed class OpenCallWrite(string callId, DateTime? wakeAt) : PostgresWrite(callId)
{
    internal DateTime WakeAt => wakeAt ?? default;

    internal override PostgresStatement Statement => wakeAt is null ? PostgresStatements.DropOpenCalls : PostgresStatements.KeepOpenCalls;
}

/// <summary>An ended call goes to history.</summary>
internal sealed class HistoryWrite(CallSession session) : PostgresWrite(session.Call.CallId)
{
    internal Call Call => session.Call;

    internal IReadOnlyList<CallParticipant> Participants { get; } = session.Participants;

    internal string Json { get; } = Encoding.UTF8.GetString(HistoryRecord.Json(session.Call));

    /// <summary>A cursor counts in milliseconds, so the times it is compared with do too.</summary>
    internal DateTime EndedAt { get; } =
        DateTimeOffset.FromUnixTimeMilliseconds(HistoryRecord.EndOf(session.Call).ToUnixTimeMilliseconds()).UtcDateTime;

    internal override PostgresStatement Statement => PostgresStatements.WriteHistory;

    internal override int Size => Json.Length;
}

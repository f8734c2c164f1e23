namespace OrleansCalls.Silo.Storage;

/// <summary>
/// The statements of a search through ended calls, the same for both databases. Their parameters: <c>$1</c> and <c>$2</c> the
/// place before which calls ended, <c>$3</c> the time from which on, <c>$4</c> a user, <c>$5</c> a prefix and <c>$6</c> what lies
/// behind all that have it. Numbers are written out and what is looked up for a row is a subquery of its own: a plan that is made
/// once for all values would otherwise guess that a tenth of all calls is wanted, and read them all.
/// </summary>
internal static class FindSql
{
    /// <summary>Rows that one statement looks at, whatever it is to find.</summary>
    internal const int MostRows = 5_000;

    /// <summary>Calls whose ids may begin with one prefix.</summary>
    internal const int MostCalls = 1_000;

    /// <summary>Users whose ids may begin with one prefix.</summary>
    internal const int MostUsers = 20;

    /// <summary>As in the index of faults.</summary>
    private const string Faults = "end_reason IN ('connect_timeout', 'ended_by_admin', 'failed', 'lost', 'replaced')";

    /// <summary>How many ids of calls begin with the prefix.</summary>
    internal static string CountCalls =>
        $"""
         SELECT count(*) FROM (
             SELECT call_id FROM call_sessions WHERE call_id >= $5 AND call_id < $6 ORDER BY call_id LIMIT {MostCalls + 1}) AS named
         """;

    /// <summary>Users whose id begins with the prefix, each found by one step through the index.</summary>
    internal static string Users =>
        $"""
         WITH RECURSIVE users AS (
             SELECT (SELECT user_id FROM call_participants WHERE user_id >= $5 AND user_id < $6 ORDER BY user_id LIMIT 1) AS user_id
             UNION ALL
             SELECT (SELECT p.user_id FROM call_participants p WHERE p.user_id > users.user_id AND p.user_id < $6 ORDER BY p.user_id LIMIT 1)
             FROM users WHERE users.user_id IS NOT NULL)
         SELECT user_id FROM users WHERE user_id IS NOT NULL LIMIT {MostUsers + 1}
         """;

    /// <summary>Calls whose id begins with the prefix.</summary>
    internal static string ByCallId(EndReason? reason, int limit) => Page(
        $"""
         SELECT call_id, ended_at FROM (
             SELECT call_id, ended_at, end_reason FROM call_sessions WHERE call_id >= $5 AND call_id < $6 ORDER BY call_id LIMIT {MostCalls}) AS named
         WHERE (ended_at, call_id) < ($1, $2) AND ended_at >= $3 {(reason is null ? "" : $"AND end_reason = '{Words.Snake(reason.Value)}'")}
         """,
        "", limit);

    /// <summary>Calls, of a user if one is named, by their time.</summary>
    internal static string ByTime(CallSearch search, int limit)
    {
        var conditions = Conditions(search);
        return Page($"{Rows(search)} LIMIT {(conditions == "" ? limit + 1 : MostRows)}", conditions, limit);
    }

    /// <summary>
    /// Whether <see cref="ByTime"/> passes over rows, and so may come to the last that it looks at before it has found enough.
    /// </summary>
    internal static bool PassesOver(CallSearch search) => Conditions(search) != "";

    /// <summary>The last row that <see cref="ByTime"/> looks at, if there are so many.</summary>
    internal static string LastByTime(CallSearch search) =>
        $"SELECT NULL, ended_at, call_id FROM ({Rows(search)} LIMIT 1 OFFSET {MostRows - 1}) AS last";

    /// <summary>
    /// One person's calls with the outcome for them. Its parameters: the place as ever, and <c>$3</c> the user.
    /// </summary>
    internal static string UserPage(bool missedOnly, int limit) =>
        $"""
         SELECT {Of("call")}, b.ended_at, b.call_id, b.outcome, b.quality FROM (
             SELECT ended_at, call_id, outcome, quality FROM call_participants
             WHERE user_id = $3 AND (ended_at, call_id) < ($1, $2) {(missedOnly ? "AND outcome = 'missed'" : "")}
             ORDER BY ended_at DESC, call_id DESC LIMIT {limit + 1}) AS b
         ORDER BY b.ended_at DESC, b.call_id DESC
         """;

    private static string Conditions(CallSearch search)
    {
        List<string> conditions = [];
        if (search.Reason is { } reason && !IsFault(search))
            conditions.Add($"{(search.UserId is null ? "b.end_reason" : Of("end_reason"))} = '{Words.Snake(reason)}'");
        if (search.Prefix is not null)
        {
            conditions.Add(
                $"""
                 ({HasPrefix("b.call_id")} OR (SELECT max(CASE WHEN {HasPrefix("m.user_id")} THEN 1 ELSE 0 END)
                     FROM call_participants m WHERE m.call_id = b.call_id) = 1)
                 """);
        }

        return string.Join(" AND ", conditions);
    }

    private static string Rows(CallSearch search)
    {
        var rows = search.UserId is null
            ? "end_reason, ended_at, call_id FROM call_sessions WHERE"
            : "ended_at, call_id FROM call_participants WHERE user_id = $4 AND";
        var fault = IsFault(search) ? $"AND end_reason = '{Words.Snake(search.Reason!.Value)}' AND {Faults}" : "";
        return $"SELECT {rows} (ended_at, call_id) < ($1, $2) AND ended_at >= $3 {fault} ORDER BY ended_at DESC, call_id DESC";
    }

    private static string Page(string rows, string conditions, int limit) =>
        $"""
         SELECT {Of("call")}, b.ended_at, b.call_id FROM ({rows}) AS b {(conditions == "" ? "" : $"WHERE {conditions}")}
         ORDER BY b.ended_at DESC, b.call_id DESC LIMIT {limit + 1}
         """;

    private static string Of(string column) => $"(SELECT s.{column} FROM call_sessions s WHERE s.call_id = b.call_id)";

    private static string HasPrefix(string id) => $"substr({id}, 1, length($5)) = $5";

    // One user's calls are read by time: they are few, and their reasons lie elsewhere.
    private static bool IsFault(CallSearch search) => search.UserId is null && search.Reason is
        EndReason.ConnectTimeout or EndReason.EndedByAdmin or EndReason.Failed or EndReason.Lost or EndReason.Replaced;
}

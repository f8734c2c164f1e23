namespace OrleansCalls.Silo.Storage;

/// <summary>
/// The statements of a search through ended calls, the same for both databases. Their parameters: <c>$1</c> and <c>$2</c> the
/// place before which calls ended, <c>$3</c> the earliest end, <c>$4</c> a user, <c>$5</c> a prefix and <c>$6</c> its exclusive
/// upper bound. Limits are literals and lookups per row are subqueries: a generic plan would otherwise estimate that a tenth of
/// all calls matches, and read all of them.
/// </summary>
internal static class FindSql
{
    /// <summary>The maximum number of rows that one statement reads.</summary>
    internal const int MostRows = 5_000;

    /// <summary>The maximum number of calls whose ids match one prefix.</summary>
    internal const int MostCalls = 1_000;

    /// <summary>The maximum number of users whose ids match one prefix.</summary>
    internal const int MostUsers = 20;

    /// <summary>Must equal the condition of the partial index of faults.</summary>
    private const string Faults = "end_reason IN ('connect_timeout', 'ended_by_admin', 'failed', 'lost', 'replaced')";

    /// <summary>Counts the calls whose id has the prefix.</summary>
    internal static string CountCalls =>
        $"""
         SELECT count(*) FROM (
             SELECT call_id FROM call_sessions WHERE call_id >= $5 AND call_id < $6 ORDER BY call_id LIMIT {MostCalls + 1}) AS named
         """;

    /// <summary>Users whose id has the prefix, each found by one index lookup.</summary>
    internal static string Users =>
        $"""
         WITH RECURSIVE users AS (
             SELECT (SELECT user_id FROM call_participants WHERE user_id >= $5 AND user_id < $6 ORDER BY user_id LIMIT 1) AS user_id
             UNION ALL
             SELECT (SELECT p.user_id FROM call_participants p WHERE p.user_id > users.user_id AND p.user_id < $6 ORDER BY p.user_id LIMIT 1)
             FROM users WHERE users.user_id IS NOT NULL)
         SELECT user_id FROM users WHERE user_id IS NOT NULL LIMIT {MostUsers + 1}
         """;

    /// <summary>Calls whose id has the prefix.</summary>
    internal static string ByCallId(EndReason? reason, int limit) => Page(
        $"""
         SELECT call_id, ended_at FROM (
             SELECT call_id, ended_at, end_reason FROM call_sessions WHERE call_id >= $5 AND call_id < $6 ORDER BY call_id LIMIT {MostCalls}) AS named
         WHERE (ended_at, call_id) < ($1, $2) AND ended_at >= $3 {(reason is null ? "" : $"AND end_reason = '{EnumNames.Snake(reason.Value)}'")}
         """,
        "", limit);

    /// <summary>Calls by time, optionally of one user.</summary>
    internal static string ByTime(CallSearch search, int limit)
    {
        var conditions = Conditions(search);
        return Page($"{Rows(search)} LIMIT {(conditions == "" ? limit + 1 : MostRows)}", conditions, limit);
    }

    /// <summary>
    /// Returns true if <see cref="ByTime"/> filters rows, and so may reach its row limit before the page is full.
    /// </summary>
    internal static bool PassesOver(CallSearch search) => Conditions(search) != "";

    /// <summary>The last row that <see cref="ByTime"/> reads, if its row limit is reached.</summary>
    internal static string LastByTime(CallSearch search) =>
        $"SELECT NULL, ended_at, call_id FROM ({Rows(search)} LIMIT 1 OFFSET {MostRows - 1}) AS last";

    /// <summary>
    /// One user's calls with the outcome for that user. Parameters: the place as above, and <c>$3</c> the user.
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
            conditions.Add($"{(search.UserId is null ? "b.end_reason" : Of("end_reason"))} = '{EnumNames.Snake(reason)}'");
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
        var fault = IsFault(search) ? $"AND end_reason = '{EnumNames.Snake(search.Reason!.Value)}' AND {Faults}" : "";
        return $"SELECT {rows} (ended_at, call_id) < ($1, $2) AND ended_at >= $3 {fault} ORDER BY ended_at DESC, call_id DESC";
    }

    private static string Page(string rows, string conditions, int limit) =>
        $"""
         SELECT {Of("call")}, b.ended_at, b.call_id FROM ({rows}) AS b {(conditions == "" ? "" : $"WHERE {conditions}")}
         ORDER BY b.ended_at DESC, b.call_id DESC LIMIT {limit + 1}
         """;

    private static string Of(string column) => $"(SELECT s.{column} FROM call_sessions s WHERE s.call_id = b.call_id)";

    private static string HasPrefix(string id) => $"substr({id}, 1, length($5)) = $5";

    // One user's calls are read by time: they are few, and their end reasons are in another table.
    private static bool IsFault(CallSearch search) => search.UserId is null && search.Reason is
        EndReason.ConnectTimeout or EndReason.EndedByAdmin or EndReason.Failed or EndReason.Lost or EndReason.Replaced;
}

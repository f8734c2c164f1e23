using System.Globalization;

namespace OrleansCalls.Silo.Storage;

/// <summary>A row found by a search; <see cref="FindSql"/>.</summary>
internal readonly record struct FoundRow(byte[]? Call, HistoryCursor At);

/// <summary>The database access of a search.</summary>
internal interface IFindReader
{
    /// <summary>Runs a statement that returns calls.</summary>
    Task<List<FoundRow>> Rows(string sql, FindValues values, CancellationToken cancellation);

    /// <summary>Runs a statement that returns texts or one number.</summary>
    Task<List<string>> Texts(string sql, FindValues values, CancellationToken cancellation);
}

/// <summary>The parameters of the statements of <see cref="FindSql"/>.</summary>
/// <param name="Before">Only calls that ended before this place.</param>
/// <param name="From">Only calls that ended at this time or later; Unix time in milliseconds.</param>
/// <param name="UserId">A party.</param>
/// <param name="Prefix">The prefix of an id.</param>
internal readonly record struct FindValues(HistoryCursor Before, long From, string? UserId, string? Prefix)
{
    /// <summary>
    /// An exclusive upper bound of all ids with the prefix: the prefix and the last code point, which no id contains.
    /// </summary>
    internal string? PrefixEnd => Prefix is null ? null : Prefix + "\U0010FFFF";
}

/// <summary>
/// Finds ended calls, newest first. The cost of a page is bounded for every search, so a page may hold fewer calls than its
/// limit, even none, and still have a next page.
/// </summary>
internal sealed class CallFinder(IFindReader reader)
{
    /// <exception cref="ArgumentException">The cursor is invalid, or the prefix matches too many ids.</exception>
    internal async Task<HistoryPage> Find(CallSearch search, CancellationToken cancellation)
    {
        var limit = HistoryRecord.Limit(search.Limit);
        var values = new FindValues(Start(search), search.From?.ToUnixTimeMilliseconds() ?? 0, search.UserId, search.Prefix);
        if (search.Prefix is null || search.UserId is not null)
            return Page([await ByTime(search, values, limit, cancellation)], limit);

        var users = await reader.Texts(FindSql.Users, values, cancellation);
        var counted = await reader.Texts(FindSql.CountCalls, values, cancellation);
        var calls = int.Parse(counted[0], CultureInfo.InvariantCulture);
        if (users.Count > FindSql.MostUsers || calls > FindSql.MostCalls)
            throw new ArgumentException(
                $"q fits more than {FindSql.MostUsers} users or {FindSql.MostCalls} calls; give more of the id.");

        List<Found> found = [];
        if (calls > 0)
            found.Add(Found.Of(await reader.Rows(FindSql.ByCallId(search.Reason, limit), values, cancellation), limit, null));
        foreach (var user in users)
        {
            var one = search with { UserId = user, Prefix = null };
            found.Add(await ByTime(one, values with { UserId = user, Prefix = null }, limit, cancellation));
        }

        return Page(found, limit);
    }

    /// <summary>Merges the sources into one page. Each source is complete down to its own place.</summary>
    internal static HistoryPage Page(IReadOnlyList<Found> sources, int limit)
    {
        // Older than the newest of those places, a source may have more calls.
        HistoryCursor? seenTo = null;
        foreach (var source in sources)
            if (source.SeenTo is { } place && !(seenTo?.CompareTo(place) > 0))
                seenTo = place;
        var rows = sources.SelectMany(source => source.Rows)
            .Where(row => seenTo is not { } to || row.At.CompareTo(to) >= 0).DistinctBy(row => row.At)
            .OrderByDescending(row => row.At).ToList();
        var next = rows.Count > limit ? rows[limit - 1].At : seenTo;
        return new HistoryPage
        {
            Items = [.. rows.Take(limit).Select(row => HistoryRecord.Read(row.Call!, null, null))],
            Next = next?.ToString(),
        };
    }

    private async Task<Found> ByTime(CallSearch search, FindValues values, int limit, CancellationToken cancellation)
    {
        var rows = await reader.Rows(FindSql.ByTime(search, limit), values, cancellation);
        var last = rows.Count > limit || !FindSql.PassesOver(search) ? []
            : await reader.Rows(FindSql.LastByTime(search), values, cancellation);
        return Found.Of(rows, limit, last.Count == 0 ? null : last[0].At);
    }

    private static HistoryCursor Start(CallSearch search)
    {
        var cursor = HistoryCursor.Parse(search.Cursor);
        return search.To is { } to && new HistoryCursor(to.ToUnixTimeMilliseconds(), "") is var end && end.CompareTo(cursor) < 0
            ? end
            : cursor;
    }

    /// <summary>The result of one statement.</summary>
    /// <param name="Rows">Newest first.</param>
    /// <param name="SeenTo">The oldest place searched; null when the search is complete.</param>
    internal readonly record struct Found(IReadOnlyList<FoundRow> Rows, HistoryCursor? SeenTo)
    {
        /// <summary>Creates the result from at most one row more than the limit.</summary>
        internal static Found Of(List<FoundRow> rows, int limit, HistoryCursor? last) =>
            new(rows, rows.Count > limit ? rows[^1].At : last);
    }
}

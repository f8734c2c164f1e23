using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace OrleansCalls.Gateway.Search;

/// <summary>
/// The position of a search: after an open call (<c>o.</c>, its start and id), at the newest ended call (<c>e.</c>), or after
/// an ended one (<c>e.</c> and history's own cursor).
/// </summary>
internal sealed record SearchCursor
{
    private const string Open = "o.";
    private const string Past = "e.";

    private SearchCursor()
    {
    }

    /// <summary>The start of a search.</summary>
    internal static SearchCursor Start { get; } = new();

    /// <summary>Whether all open calls have been returned.</summary>
    internal bool IsPastOpen { get; private init; }

    /// <summary>History's own cursor; null for the newest call.</summary>
    internal string? Ended { get; private init; }

    private (DateTimeOffset StartedAt, string CallId)? After { get; init; }

    /// <summary>Parses a cursor from a client.</summary>
    /// <exception cref="CallException">The cursor was not issued by this service.</exception>
    internal static SearchCursor Read(string? text)
    {
        switch (text)
        {
            case null or "":
                return Start;
            case { Length: > 256 }:
                break;
            case Past:
                return new SearchCursor { IsPastOpen = true };
            case { } when text.StartsWith(Past, StringComparison.Ordinal):
                return new SearchCursor { IsPastOpen = true, Ended = text[Past.Length..] };
            case { } when text.StartsWith(Open, StringComparison.Ordinal) && Base64Url.IsValid(text.AsSpan(Open.Length)):
                var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text.AsSpan(Open.Length))).Split(' ');
                if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
                    && ticks <= DateTime.MaxValue.Ticks && Check.IsCallId(parts[1]))
                    return new SearchCursor { After = (new DateTimeOffset(ticks, TimeSpan.Zero), parts[1]) };
                break;
        }

        throw CallException.Invalid("cursor is not one that this service gave.");
    }

    /// <summary>Returns the cursor after an open call.</summary>
    internal static string AfterOpen(Call call) => Open + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{call.CreatedAt.UtcTicks} {call.CallId}")));

    /// <summary>Returns the cursor into history.</summary>
    internal static string IntoHistory(string? cursor) => Past + cursor;

    /// <summary>Returns true if an open call comes after this position.</summary>
    internal bool IsBefore(Call call) => After is not { } after || call.CreatedAt < after.StartedAt
        || (call.CreatedAt == after.StartedAt && string.CompareOrdinal(call.CallId, after.CallId) < 0);
}

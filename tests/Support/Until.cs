using System.Collections;
using System.Diagnostics;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Support;

/// <summary>
/// The one poller: for what happens beside the call that causes it, and is announced nowhere. The message of a wait in vain has
/// what was waited for and what was seen last.
/// </summary>
public static class Until
{
    /// <summary>How long anything may take that a test waits for, on a machine that has much else to do.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestLook = TimeSpan.FromMinutes(3);

    private const int MostShown = 2_000;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks until what it sees is the one; returns it.</summary>
    /// <param name="what">A noun for the message: "There never was ...".</param>
    /// <exception cref="TimeoutException">It never was. What <paramref name="look"/> throws ends the wait at once.</exception>
    public static async Task<T> Seen<T>(Func<Task<T>> look, Func<T, bool> isIt, string what, TimeSpan? patience = null)
    {
        var watch = Stopwatch.StartNew();
        using var clock = new PeriodicTimer(Pace);
        while (true)
        {
            var seen = await Look(look(), what);
            if (isIt(seen))
                return seen;
            if (watch.Elapsed > (patience ?? Patience))
                throw new TimeoutException(
                    $"There never was {what} in {watch.Elapsed.TotalSeconds:0} s; last seen: {Show(seen)}.");
            await clock.WaitForNextTickAsync();
        }
    }

    /// <summary>Looks until there is something to be found.</summary>
    public static Task<T> Found<T>(Func<T?> look, string what, TimeSpan? patience = null)
        where T : class => Found(() => Task.FromResult(look()), what, patience);

    /// <inheritdoc cref="Found{T}(Func{T}, string, TimeSpan?)"/>
    public static async Task<T> Found<T>(Func<Task<T?>> look, string what, TimeSpan? patience = null)
        where T : class => (await Seen(look, found => found is not null, what, patience))!;

    /// <summary>Looks until it is so; <paramref name="saw"/> shows how things stand if it never was.</summary>
    public static async Task True(Func<Task<bool>> look, string what, TimeSpan? patience = null, Func<object?>? saw = null)
    {
        try
        {
            await Seen(look, isSo => isSo, what, patience);
        }
        catch (TimeoutException late) when (saw is not null)
        {
            throw new TimeoutException($"{late.Message} {Show(saw())}", late);
        }
    }

    /// <inheritdoc cref="True(Func{Task{bool}}, string, TimeSpan?, Func{object?})"/>
    public static Task True(Func<bool> look, string what, TimeSpan? patience = null, Func<object?>? saw = null) =>
        True(() => Task.FromResult(look()), what, patience, saw);

    /// <summary>Until this machine's clock shows an instant: for a deadline of the service that a test has to outlast.</summary>
    public static Task Past(DateTimeOffset instant) =>
        True(
            () => TimeProvider.System.GetUtcNow() >= instant, $"an end of the time until {instant:O}",
            instant - TimeProvider.System.GetUtcNow() + Patience);

    /// <summary>
    /// Lets a time pass that is itself the point: a fault lasts so long, load is measured over it, people pause between calls.
    /// Nothing is waited for that could come earlier.
    /// </summary>
    public static async Task Passed(TimeSpan time)
    {
        using var clock = new PeriodicTimer(time);
        await clock.WaitForNextTickAsync();
    }

    // A look that hangs would stop the whole suite, with no word of what was waited for.
    private static async Task<T> Look<T>(Task<T> look, string what)
    {
        try
        {
            return await look.WaitAsync(LongestLook);
        }
        catch (TimeoutException) when (!look.IsCompleted)
        {
            throw new TimeoutException($"Looking for {what} did not end in {LongestLook.TotalSeconds:0} s.");
        }
    }

    private static string Show(object? seen)
    {
        var text = seen switch
        {
            null => "nothing",
            string one => one,
            JsonNode json => json.ToJsonString(),
            IEnumerable many => $"[{string.Join(", ", many.Cast<object?>().Select(Show))}]",
            _ => $"{seen}",
        };
        return text.Length <= MostShown ? text : $"...{text[^MostShown..]}";
    }
}

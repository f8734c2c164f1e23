using System.Diagnostics;

namespace OrleansCalls.Tests.Edge;

/// <summary>Waits for what happens beside the call that causes it, and cannot be heard of otherwise.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Looks until there is something to be found.</summary>
    public static async Task<T> Found<T>(Func<T?> look, string what)
        where T : class => await Found(() => Task.FromResult(look()), what);

    /// <inheritdoc cref="Found{T}(Func{T}, string)"/>
    public static async Task<T> Found<T>(Func<Task<T?>> look, string what)
        where T : class
    {
        var patience = Stopwatch.StartNew();
        using var clock = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (true)
        {
            if (await look() is { } found)
                return found;
            Assert.True(patience.Elapsed < Patience, $"There never was {what}.");
            await clock.WaitForNextTickAsync();
        }
    }

    /// <summary>Looks until it is so.</summary>
    public static Task True(Func<bool> look, string what) => Found(() => look() ? "" : null, what);
}

using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansCalls.Tests.Dialects;

/// <summary>003: tokens of strangers cost the homeserver only so much.</summary>
public sealed class TokenLookupTests
{
    /// <summary>
    /// Anybody can make the homeserver be asked: only so often at once, and not again what it has just refused.
    /// </summary>
    [Fact]
    public async Task TokensOfStrangers_AreLookedUpAFewAtATime_AndARefusedOneOnce()
    {
        await using var homeserver = await FakeHomeserver.Start();
        await using var service = await Service.Start(
            $"Rooms:HomeserverUrl={homeserver.Address}", "Rooms:HomeserverLookups=2", "Rooms:HomeserverSeconds=30");
        var (asked, atOnce, most) = (0, 0, 0);
        var gate = new TaskCompletionSource();
        homeserver.Instead = async context =>
        {
            Interlocked.Increment(ref asked);
            var now = Interlocked.Increment(ref atOnce);
            Raise(ref most, now);
            await gate.Task;
            Interlocked.Decrement(ref atOnce);
            context.Response.StatusCode = 401;
            await context.Response.WriteAsync("{}");
        };
        var sent = Enumerable.Range(0, 40).Select(i => service.Send(
            HttpMethod.Post, "/api/calls/x/end", token: null, new { accessToken = $"syt_{i}" })).ToList();
        // Two are under way, 32 may wait; the rest is told so at once.
        var refused = await Task.WhenAll(await Several(sent, 6));
        Assert.All(
            refused, answer => Assert.Equal((503, "UNAVAILABLE"), (answer.Status, (string?)answer.Body!["error"]!["code"])));
        gate.SetResult();
        var answers = await Task.WhenAll(sent);
        Assert.Equal(34, answers.Count(answer => answer.Status == 401));
        Assert.Equal(34, asked);
        Assert.InRange(most, 1, 2);

        var (status, _) = await service.Send(
            HttpMethod.Post, "/api/calls/x/end", token: null, new { accessToken = TokenOf(answers) });
        Assert.Equal((401, 34), (status, asked));

        string TokenOf((int Status, JsonNode? Body)[] all) => $"syt_{Array.FindIndex(all, answer => answer.Status == 401)}";
    }

    private static async Task<List<T>> Several<T>(IEnumerable<T> tasks, int count)
        where T : Task
    {
        var done = new List<T>();
        await foreach (var task in Task.WhenEach(tasks))
        {
            done.Add((T)task);
            if (done.Count == count)
                break;
        }

        return done;
    }

    private static void Raise(ref int most, int now)
    {
        for (var seen = Volatile.Read(ref most); seen < now; seen = Volatile.Read(ref most))
            Interlocked.CompareExchange(ref most, now, seen);
    }
}

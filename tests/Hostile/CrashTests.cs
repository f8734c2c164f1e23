using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// The program ends in the midst of 200 ringing calls, killed or told to stop, and starts again on the same data; what clients
/// have seen before and after must fit together. <c>ORLEANSCALLS_KILLS=500 dotnet test tests/Hostile -c Release --filter
/// CrashTests</c> does it 500 times; <c>ORLEANSCALLS_SEED</c> sets the moments.
/// </summary>
public sealed class CrashTests
{
    private const int Callees = 8;
    private const int OfCallee = 25;
    private const int AtOnce = 16;

    private static readonly int Seed = Number("ORLEANSCALLS_SEED", Environment.TickCount);

    [Fact]
    public Task Kill_InTheMidstOfRingingCalls_BreaksNoPromise() => Rounds("KILL", Number("ORLEANSCALLS_KILLS", 2));

    [Fact]
    public Task Termination_InTheMidstOfRingingCalls_BreaksNoPromise() => Rounds("TERM", 1);

    private static async Task Rounds(string signal, int rounds)
    {
        var random = new Random(Seed);
        using var place = Place.Of(owned: false);
        var journal = new Journal();
        var acknowledged = 0;
        for (var round = 0; round < rounds; round++)
        {
            acknowledged += await Play(place, journal, signal, $"{round}", random);
            await Check(place, journal, $"{round}");
            Assert.True(journal.Broken.Count == 0, $"Seed {Seed}, round {round}: {string.Join('\n', journal.Broken)}");
        }

        Figures.Write(
            $"{rounds} times {signal} amid {Callees * OfCallee} calls (seed {Seed}): {acknowledged} commands acknowledged, no promise broken");
    }

    /// <summary>
    /// Calls ring, are answered, rejected and ended until the end comes, at a moment that is counted in acknowledged commands.
    /// </summary>
    private static async Task<int> Play(Place place, Journal journal, string signal, string round, Random random)
    {
        await using var program = await Start(place);
        await using var listeners = await Listeners.Open(program, journal);
        var phones = new Phones(program);
        var commands = new ConcurrentQueue<(string User, string Path, string Body)>(Commands(round, random));
        var (done, last) = (0, random.Next(1, commands.Count));
        await Task.WhenAll(Enumerable.Range(0, AtOnce).Select(async _ =>
        {
            while (commands.TryDequeue(out var command))
            {
                if (await Try(phones, command) is { } call)
                {
                    journal.Answered(call);
                    if (Interlocked.Increment(ref done) == last)
                        program.Signal(signal);
                }
            }
        }));
        // Fewer were carried out than were counted on: some come too late by themselves.
        if (done < last)
            program.Signal(signal);
        var exitCode = await program.Ended();
        Assert.Equal(signal == "TERM" ? 0 : 128 + 9, exitCode);
        return done;
    }

    /// <summary>
    /// All calls that anybody knows of are as they were said to be, whoever comes back is told of them, and all of them end.
    /// </summary>
    private static async Task Check(Place place, Journal journal, string round)
    {
        journal.Restarted();
        await using var program = await Start(place);
        var phones = new Phones(program);
        await using var listeners = await Listeners.Open(program, journal);
        var looked = new HashSet<string>();
        async Task<bool> IsOver()
        {
            // Among them some whose start nobody was told of before the kill: they ring only now.
            var fresh = journal.Calls.Where(callId => IsOf(round, callId) || !journal.HasEnded(callId))
                .Where(looked.Add).ToList();
            if (fresh.Count == 0 && looked.All(journal.HasEnded) && !journal.IsAnybodyUnaware)
                return true;
            await Parallel.ForEachAsync(fresh, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (callId, _) =>
            {
                var caller = $"caller-{callId.Split('-')[1]}";
                var (status, answer) = await phones.Send(caller, HttpMethod.Get, $"/api/v1/calls/{callId}", null);
                journal.Found(callId, status == 200 ? JsonNode.Parse(answer) : null);
                if (await Try(phones, (caller, $"/api/v1/calls/{callId}/end", "{}")) is { } call)
                    journal.Answered(call);
            });
            return false;
        }

        try
        {
            await Until.True(IsOver, "an end of all calls that everybody knows of", TimeSpan.FromSeconds(45));
        }
        catch (TimeoutException)
        {
            journal.Settle();
        }
    }

    private static bool IsOf(string round, string callId) => callId.StartsWith($"{round}-", StringComparison.Ordinal);

    private static IEnumerable<(string User, string Path, string Body)> Commands(string round, Random random)
    {
        // Each of another caller: a second call of the same two would take the first one's place.
        var calls = Enumerable.Range(0, Callees * OfCallee).ToArray();
        foreach (var i in calls)
            yield return ($"caller-{i}", "/api/v1/calls",
                $$"""{"callId":"{{round}}-{{i}}","calleeIds":["callee-{{i % Callees}}"],"media":"audio","ringSeconds":180}""");
        random.Shuffle(calls);
        foreach (var i in calls)
        {
            var (user, what) = random.Next(5) switch
            {
                0 => ($"caller-{i}", "end"),
                1 => ($"callee-{i % Callees}", "accept"),
                2 => ($"callee-{i % Callees}", "reject"),
                _ => ($"callee-{i % Callees}", "ringing"),
            };
            yield return (user, $"/api/v1/calls/{round}-{i}/{what}", "{}");
        }
    }

    private static async Task<JsonNode?> Try(Phones phones, (string User, string Path, string Body) command)
    {
        try
        {
            var (status, answer) = await phones.Send(command.User, HttpMethod.Post, command.Path, command.Body);
            return status == 200 ? JsonNode.Parse(answer) : null;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            // It is gone, perhaps as the connection was made; whether it was done nobody knows.
            return null;
        }
    }

    private static Task<Program> Start(Place place) => Program.Start(
        place, ("Gateway__MessageBurst", "100000"), ("Gateway__MessagesPerSecond", "100000"), ("Calls__StartsPerMinute", "0"),
        ("Calls__CalleesPerMinute", "0"), ("Calls__PairRings", "0"), ("Logging__LogLevel__Default", "Error"),
        ("Logging__LogLevel__OrleansCalls", "Error"));

    private static int Number(string name, int standard) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : standard;

    /// <summary>A socket of each callee, and of as many callers.</summary>
    private sealed class Listeners : IAsyncDisposable
    {
        private readonly List<(Hub Hub, Task Listening)> _all = [];

        public static async Task<Listeners> Open(Program program, Journal journal)
        {
            var listeners = new Listeners();
            foreach (var user in Enumerable.Range(0, Callees).SelectMany(i => (string[])[$"caller-{i}", $"callee-{i}"]))
            {
                var hub = await Hub.Open(program.Address, Tokens.Of(user));
                await hub.Send("""{"protocol":"json","version":1}""");
                listeners._all.Add((hub, Listen(hub, user, journal)));
            }

            return listeners;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var (hub, listening) in _all)
            {
                await hub.DisposeAsync();
                await listening;
            }
        }

        private static async Task Listen(Hub hub, string user, Journal journal)
        {
            try
            {
                while (true)
                    journal.Heard(user, await hub.Until(_ => true));
            }
            catch (Exception e) when (e is WebSocketException or OperationCanceledException or ObjectDisposedException)
            {
                // The program is gone, or the round is over.
            }
        }
    }
}

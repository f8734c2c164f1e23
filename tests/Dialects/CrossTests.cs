
namespace OrleansCalls.Tests.Dialects;

/// <summary>Every language as caller with every language as callee: they are in one call.</summary>
public sealed class CrossTests(CrossTests.Shared shared) : IClassFixture<CrossTests.Shared>
{
    private const string WokenApp = "004";

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (var caller in Languages.All.Keys)
            foreach (var callee in Languages.All.Keys.Append(WokenApp))
                pairs.Add(caller, callee);
        return pairs;
    }

    [Theory, MemberData(nameof(Pairs))]
    public Task EndedByTheCaller_BothHearIt(
        string caller, string callee) => Between(caller, callee, "a", async (alice, bob, names) =>
    {
        var call = await alice.Start(names.Callee);
        await bob.WaitIncoming(call, names.Caller);
        await bob.Accept(call);
        await alice.WaitAccepted(call, names.Callee);
        await alice.End(call);
        await Task.WhenAll(alice.WaitEnded(call, "completed"), bob.WaitEnded(call, "completed"));
    });

    [Theory, MemberData(nameof(Pairs))]
    public Task EndedByTheCallee_BothHearIt(
        string caller, string callee) => Between(caller, callee, "b", async (alice, bob, names) =>
    {
        var call = await alice.Start(names.Callee);
        await bob.WaitIncoming(call, names.Caller);
        await bob.Accept(call);
        await alice.WaitAccepted(call, names.Callee);
        await bob.End(call);
        await Task.WhenAll(alice.WaitEnded(call, "completed"), bob.WaitEnded(call, "completed"));
    });

    [Theory, MemberData(nameof(Pairs))]
    public Task Rejected_BothAreDone(string caller, string callee) => Between(caller, callee, "r", async (alice, bob, names) =>
    {
        var call = await alice.Start(names.Callee);
        await bob.WaitIncoming(call, names.Caller);
        await bob.Reject(call);
        await alice.WaitRejected(call, names.Callee);
        await Task.WhenAll(alice.WaitEnded(call, "rejected"), bob.WaitEnded(call, "rejected"));
    });

    [Theory, MemberData(nameof(Pairs))]
    public Task TakenBack_StopsRinging(string caller, string callee) => Between(caller, callee, "c", async (alice, bob, names) =>
    {
        var call = await alice.Start(names.Callee);
        await bob.WaitIncoming(call, names.Caller);
        await alice.End(call);
        await Task.WhenAll(alice.WaitEnded(call, "cancelled"), bob.WaitEnded(call, "cancelled"));
    });

    /// <summary>The shortest ring there is takes ten seconds, so all pairs ring at once.</summary>
    [Fact]
    public Task Unanswered_EndsForBothByItself() =>
        Task.WhenAll(Pairs().Select(pair => Unanswered((string)pair[0], (string)pair[1])));

    private Task Unanswered(string caller, string callee) => Between(caller, callee, "t", async (alice, bob, names) =>
    {
        var call = await alice.Start(names.Callee, ringSeconds: 10);
        await bob.WaitIncoming(call, names.Caller);
        // An app that was pushed and has said nothing was not reached.
        var reason = callee == WokenApp ? "unreachable" : "no_answer";
        await Task.WhenAll(alice.WaitEnded(call, reason), bob.WaitEnded(call, reason));
    });

    private async Task Between(
        string caller, string callee, string test, Func<IDialectClient, IDialectClient, (string Caller, string Callee), Task> run)
    {
        var names = Names(caller, callee, test);
        await using var alice = await Languages.All[caller](shared.Service, names.Caller);
        await using var bob = await (callee == WokenApp ? WokenAppDriver.Connect : Languages.All[callee])(
            shared.Service, names.Callee);
        await run(alice, bob, names);
    }

    private static (string Caller, string Callee) Names(string caller, string callee, string test) =>
        ($"{test}-{caller}-calls-{callee}", $"{test}-{callee}-called-by-{caller}");

    public sealed class Shared : IAsyncLifetime
    {
        private FakeFcm _fcm = null!;

        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var people = Pairs().SelectMany(
                pair => "abrct".Select(test => Names((string)pair[0], (string)pair[1], test.ToString())));
            _fcm = await FakeFcm.Start();
            Service = await Service.Start([.. WokenAppDriver.Woken(_fcm), .. people.SelectMany((names, i) => new[]
            {
                $"Rooms:{i}:Id={RoomDriver.RoomOf(names.Caller, names.Callee)}",
                $"Rooms:{i}:Members={names.Caller},{names.Callee}",
            })]);
        }

        public async Task DisposeAsync()
        {
            await Service.DisposeAsync();
            await _fcm.DisposeAsync();
        }
    }
}

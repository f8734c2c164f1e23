namespace OrleansCalls.Tests.Dialects;

/// <summary>Whoever started a call in any language and left it, while two others go on, is invited back by one of them.</summary>
public sealed class CallerBackTests(CallerBackTests.Shared shared) : IClassFixture<CallerBackTests.Shared>
{
    // A hub client is shown the caller and the inviter both.
    public static TheoryData<string> All => [.. Languages.All.Keys.Where(language => language != "hub")];

    private Service Service => shared.Service;

    [Theory, MemberData(nameof(All))]
    public async Task CallerWhoLeft_IsRungByTheInviter_AndJoins(string language)
    {
        var (caller, callee, third) = Names("j", language);
        await using var alice = await Languages.All[language](Service, caller);
        await using var bob = await Service.Connect(callee, "phone");
        await using var carl = await Service.Connect(third, "phone");
        var call = await ThreeWithoutTheFirst(alice, bob, carl, callee, third);
        await bob.Call("InviteToCall", new { callId = call, calleeIds = new[] { caller } });
        await alice.WaitIncoming(call, callee);
        await alice.Accept(call);
        while ((string?)(await carl.Hears("CallUpdated", call))["legs"]!.AsArray()
            .FirstOrDefault(leg => (string?)leg!["userId"] == caller)?["state"] != "joined")
        {
        }

        await bob.Call("EndCall", new { callId = call });
        await carl.Call("EndCall", new { callId = call });
        await alice.WaitEnded(call, "completed");
    }

    [Theory, MemberData(nameof(All))]
    public async Task CallerWhoLeft_StopsRinging_WhenNobodyIsLeftToTalkTo(string language)
    {
        var (caller, callee, third) = Names("s", language);
        await using var alice = await Languages.All[language](Service, caller);
        await using var bob = await Service.Connect(callee, "phone");
        await using var carl = await Service.Connect(third, "phone");
        var call = await ThreeWithoutTheFirst(alice, bob, carl, callee, third);
        await bob.Call("InviteToCall", new { callId = call, calleeIds = new[] { caller } });
        await alice.WaitIncoming(call, callee);
        await bob.Call("EndCall", new { callId = call });
        await carl.Call("EndCall", new { callId = call });
        await alice.WaitEnded(call, "completed");
    }

    private static async Task<string> ThreeWithoutTheFirst(
        IDialectClient alice, HubClient bob, HubClient carl, string callee, string third)
    {
        var call = await alice.Start(callee);
        await bob.Hears("CallIncoming", call);
        await bob.Call("AcceptCall", new { callId = call, answer = new { type = "answer", sdp = "v=1" } });
        await alice.WaitAccepted(call, callee);
        await bob.Call("InviteToCall", new { callId = call, calleeIds = new[] { third } });
        await carl.Hears("CallIncoming", call);
        await carl.Call("AcceptCall", new { callId = call });
        await alice.End(call);
        await alice.WaitEnded(call, "completed");
        while ((await carl.Hears("CallUpdated", call))["caller"]!["left"]?.GetValue<bool>() != true)
        {
        }

        return call;
    }

    private static (string Caller, string Callee, string Third) Names(string test, string language) =>
        ($"{test}-{language}-caller", $"{test}-{language}-callee", $"{test}-{language}-third");

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start(
        [
            .. Languages.All.Keys.SelectMany(language => new[] { Names("j", language), Names("s", language) })
                .SelectMany((names, i) => new[]
                {
                    $"Rooms:{i}:Id={RoomDriver.RoomOf(names.Caller, names.Callee)}",
                    $"Rooms:{i}:Members={names.Caller},{names.Callee}",
                }),
        ]);

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}

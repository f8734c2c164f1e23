using Microsoft.Extensions.DependencyInjection;
using Orleans.Core.Internal;
using OrleansCalls.Gateway.Delivery;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A call's grain that comes back after a crash or a failed write sends its last events again: to a socket that never broke they
/// are no news, in whatever language.
/// </summary>
public sealed class RedeliveryTests(RedeliveryTests.Shared shared) : IClassFixture<RedeliveryTests.Shared>
{
    private static readonly string[] Accepts = ["CallAccepted", "call-accepted", "call.answer", "call:accepted", "call-answered"];

    public static TheoryData<string> All => [.. Languages.All.Keys];

    public static TheoryData<string, string> Rings
    {
        get
        {
            var rings = new TheoryData<string, string>();
            foreach (var language in Languages.All.Keys)
            {
                rings.Add(language, language switch
                {
                    "hub" => "CallIncoming", "000-socketio" => "call-invite", "001" => "call.incoming",
                    "002-socketio" => "call:incoming", _ => "incoming-call",
                });
            }

            return rings;
        }
    }

    private Service Service => shared.Service;

    [Theory, MemberData(nameof(All))]
    public async Task Accept_SentAgainByTheNextLivesOfTheCall_IsHeardOnce(string language)
    {
        var (caller, callee) = Names("a", language);
        await using var alice = await Languages.All[language](Service, caller);
        await using var bob = await HubDriver.Connect(Service, callee);
        var call = await alice.Start(callee);
        await bob.WaitIncoming(call, caller);
        await bob.Accept(call);
        await alice.WaitAccepted(call, callee);
        var grain = Service.Services.GetRequiredService<IGrainFactory>().GetCall(call);
        for (var lives = 0; lives < 3; lives++)
        {
            await grain.Cast<IGrainManagementExtension>().DeactivateOnIdle();
            await grain.Execute(new CheckDeadlines());
        }

        await bob.End(call);
        Assert.Empty((await alice.HeardUntilHungUp(call)).Intersect(Accepts));
    }

    [Theory, MemberData(nameof(Rings))]
    public async Task Ring_DeliveredTwice_IsHeardOnce(string language, string name)
    {
        var (caller, callee) = Names("r", language);
        await using var alice = await HubDriver.Connect(Service, caller);
        await using var bob = await Languages.All[language](Service, callee);
        var call = await alice.Start(callee);
        await bob.WaitIncoming(call, caller);
        var shown = (await Service.Services.GetRequiredService<IGrainFactory>().GetCall(call).Execute(new ReadCall())).Call!;
        var ring = new CallIncoming
        {
            CallId = call, Seq = 1, Call = shown, Offer = new SessionDescription { Type = "offer", Sdp = "v=0" },
        };
        var connection = Service.Services.GetRequiredService<ConnectionRegistry>().Of(callee).Single();
        var delivery = new Delivery { UserId = callee, ConnectionIds = [connection.Lease.ConnectionId], Event = ring };
        Assert.Empty((await Service.Services.GetRequiredService<GatewayObserver>().Deliver([delivery, delivery])).NotConnected);
        await bob.Accept(call);
        await alice.WaitAccepted(call, callee);
        await alice.End(call);
        Assert.DoesNotContain(name, await bob.HeardUntilHungUp(call));
    }

    private static (string Caller, string Callee) Names(string test, string language) =>
        ($"{test}-{language}-caller", $"{test}-{language}-callee");

    public sealed class Shared : IAsyncLifetime
    {
        public Service Service { get; private set; } = null!;

        public async Task InitializeAsync() => Service = await Service.Start(
        [
            .. Languages.All.Keys.SelectMany(language => new[] { Names("a", language), Names("r", language) })
                .SelectMany((names, i) => new[]
                {
                    $"Rooms:{i}:Id={RoomDriver.RoomOf(names.Caller, names.Callee)}",
                    $"Rooms:{i}:Members={names.Caller},{names.Callee}",
                }),
        ]);

        public async Task DisposeAsync() => await Service.DisposeAsync();
    }
}

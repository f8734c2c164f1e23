using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Dialects;

/// <summary>
/// A client is away when its call ends and comes back: to the same process, to another gateway, or after a restart
/// that has forgotten all sessions. In every language, as caller and callee, with and without a device id, it is
/// told of the end in its own words.
/// </summary>
public sealed class ReturnTests
{
    private const string Rejected = "rejected";
    private const string Cancelled = "cancelled";
    private const string NoAnswer = "no_answer";
    private const string HungUpByCallee = "hung up by the callee";
    private const string HungUpByCaller = "hung up by the caller";

    private static readonly IReadOnlyList<Case> Cases =
    [
        .. from language in (IEnumerable<string>) [
            "000-socketio", "000-nameless", "001", "002-socketio", "002-nameless", "003", "003-socketio",
        ]
           where Need.Lacks(Need.SocketIoClient) is null || language is "001" or "003"
           from end in (IEnumerable<string>)[Rejected, Cancelled, NoAnswer, HungUpByCallee, HungUpByCaller]
           select new Case(language, end),
    ];

    private static string[] Rooms => [.. Cases.SelectMany((one, i) => new[]
    {
        $"Rooms:{i}:Id={RoomDriver.RoomOf(one.Caller, one.Callee)}", $"Rooms:{i}:Members={one.Caller},{one.Callee}",
    })];

    [Fact]
    public async Task ToTheSameGateway()
    {
        await using var service = await Service.Start(Rooms);
        await AllReturn(service, () => Task.FromResult(service));
    }

    [Fact]
    public async Task AfterARestart()
    {
        await using var service = await Service.Start(Rooms);
        await AllReturn(service, async () =>
        {
            await service.Restart();
            return service;
        });
    }

    [Need(Need.Postgres)]
    public async Task ToAnotherGateway_OfOneCluster_WhoseSiloMayBeGone()
    {
        var postgres = new PostgresServer();
        try
        {
            var database = await postgres.CreateDatabase();
            await using var first = await Service.Start([.. Rooms, .. Node(database)]);
            await using var second = await Service.Start([.. Rooms, .. Node(database)]);
            var calls = await AllReturn(first, () => Task.FromResult(second));
            // All processes that ever knew of the calls are gone.
            await first.Stop();
            await second.Restart();
            await Task.WhenAll(Cases.Zip(calls, (one, call) => one.Return(second, call)));
        }
        finally
        {
            await postgres.DisposeAsync();
        }
    }

    private static string[] Node(string database) =>
    [
        $"ConnectionStrings:Postgres={database}", "Silo:Address=127.0.0.1", $"Silo:Port={Ports.Free()}",
        $"Silo:GatewayPort={Ports.Free()}",
    ];

    private static async Task<string[]> AllReturn(Service first, Func<Task<Service>> then)
    {
        var calls = await Task.WhenAll(Cases.Select(one => one.EndWhileAway(first)));
        var second = await then();
        await Task.WhenAll(Cases.Zip(calls, (one, call) => one.Return(second, call)));
        return calls;
    }

    private sealed record Case(string Language, string End)
    {
        private bool IsCaller => End is Rejected or NoAnswer or HungUpByCallee;

        private string Name => $"{Language}-{End.Replace(' ', '_')}";

        private string Own => Name + "-own";

        private string Other => Name + "-other";

        public string Caller => IsCaller ? Own : Other;

        public string Callee => IsCaller ? Other : Own;

        private string Reason => End is HungUpByCallee or HungUpByCaller ? "completed" : End;

        /// <summary>The client's call ends while it is away.</summary>
        public async Task<string> EndWhileAway(Service service)
        {
            await using var other = await HubDriver.Connect(service, Other);
            string call;
            await using (var own = await Connect(service))
            {
                var (caller, callee) = IsCaller ? (own, other) : (other, own);
                call = await caller.Start(Callee, End == NoAnswer ? 10 : 60);
                await callee.WaitIncoming(call, Caller);
                if (Reason == "completed")
                {
                    await callee.Accept(call);
                    await caller.WaitAccepted(call, Callee);
                }
            }

            await Until.Seen(() => Inspect(service), user => user["connections"]!.AsArray().Count == 0, $"{Own} away");
            if (End == Rejected)
                await other.Reject(call);
            else if (End != NoAnswer)
                await other.End(call);
            await other.WaitEnded(call, Reason);
            return call;
        }

        /// <summary>The client comes back, and is told.</summary>
        public async Task Return(Service service, string call)
        {
            try
            {
                await using var own = await Connect(service);
                if (End == Rejected)
                    await own.WaitRejected(call, Other);
                await own.WaitEnded(call, Reason);
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"{Name} was not told.", exception);
            }
        }

        private async Task<JsonNode> Inspect(Service service)
        {
            var (_, user) = await service.Send(
                HttpMethod.Get, $"/api/v1/admin/users/{Own}", Service.Token("operator", null, "admin"));
            return user!;
        }

        private Task<IDialectClient> Connect(Service service) => Language switch
        {
            "000-nameless" => ChannelDriver.ConnectNameless(service, Own),
            "002-socketio" => AgoraDriver.Connect(service, Own, "phone", IsCaller),
            "002-nameless" => AgoraDriver.Connect(service, Own, device: null, IsCaller),
            _ => Languages.All[Language](service, Own),
        };
    }
}

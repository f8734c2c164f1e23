using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using OrleansCalls.Webhooks;

namespace OrleansCalls.Tests.Grains;

/// <summary>
/// A call whose app's back end wants to know, on the cluster: what it costs, and what a failed write does to it.
/// </summary>
public sealed class WebhookScenarios
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task Events_CostNoWriteOfTheirOwn_ButForARing(bool wanted)
    {
        var receiver = new Receiver();
        await using var calls = await Start(wanted ? receiver : null);
        var writes = 0;
        calls.Storage.Fate = state =>
        {
            if (state == "call")
                Interlocked.Increment(ref writes);
            return WriteFate.Good;
        };
        var alice = await calls.Connect("alice", "a1");
        var bob = await calls.Connect("bob", "b1");
        await alice.Start("c1", "bob");
        await bob.Do("c1", new AckRinging());
        await bob.Do("c1", new AcceptCall());
        Assert.Equal(wanted ? 3 : 2, writes);
        if (!wanted)
            return;
        Assert.Equal(["call.created", "call.ringing", "call.accepted", "call.active"], await receiver.Next(4));
        await alice.Do("c1", new EndCall());
        Assert.Equal(["call.ended"], await receiver.Next(1));
    }

    [Theory, InlineData(WriteFate.Lost, 0), InlineData(WriteFate.LandedButFailed, 1)]
    public async Task WriteFails_OnlyWhatTheRowSaysIsTold(WriteFate fate, int ringing)
    {
        var receiver = new Receiver();
        await using var calls = await Start(receiver);
        var alice = await calls.Connect("alice", "a1");
        var bob = await calls.Connect("bob", "b1");
        await alice.Start("c1", "bob");
        Assert.Equal(["call.created"], await receiver.Next(1));

        calls.Storage.Fate = state => state == "call" ? fate : WriteFate.Good;
        await Assert.ThrowsAnyAsync<OrleansException>(() => bob.Do("c1", new AckRinging()));
        calls.Storage.Fate = _ => WriteFate.Good;
        CallReply? reply = null;
        while (reply is null)
        {
            try
            {
                reply = await alice.Do("c1", new EndCall());
            }
            catch (OrleansException)
            {
                // The activation that failed is still on its way out.
            }
        }

        // What the new activation finds in the row may have been told before: such an event is the same one again.
        var told = new List<string>();
        while (told.LastOrDefault() != "call.ended")
            told.AddRange(await receiver.Next(1));
        Assert.Equal(ringing, told.Distinct().Count(type => type == "call.ringing"));
        Assert.Equal(["call.missed", "call.ended"], told.TakeLast(2));
    }

    [Fact]
    public async Task ReceiverFails_SiloIsReplaced_TheNextOneTells()
    {
        var receiver = new Receiver { Fails = true };
        await using var calls = await Start(receiver);
        var alice = await calls.Connect("alice", "a1");
        await alice.Start("c1", "bob");
        await alice.Do("c1", new EndCall());
        await calls.History.Next();
        await calls.Restart();
        receiver.Fails = false;
        await calls.Grains.GetCall("c1").Execute(new ReadCall());
        var told = new List<string>();
        while (told.LastOrDefault() != "call.ended")
            told.AddRange(await receiver.Next(1));
        Assert.Equal(["call.created", "call.missed", "call.ended"], told.Distinct());
    }

    private static Task<CallsCluster> Start(Receiver? receiver) => CallsCluster.Start(services: services =>
    {
        if (receiver is not null)
            services.AddSingleton<IWebhookSender>(receiver);
    });

    /// <summary>Takes events, or not.</summary>
    private sealed class Receiver : IWebhookSender
    {
        private readonly Channel<string> _taken = Channel.CreateUnbounded<string>();

        public bool Fails { get; set; }

        public TimeSpan GiveUpAfter => TimeSpan.FromHours(1);

        public bool Wants(string type) => true;

        public Task<WebhookResult> Send(WebhookEvent what)
        {
            if (Fails)
                return Task.FromResult(new WebhookResult(WebhookOutcome.TryAgain, "http_500"));
            _taken.Writer.TryWrite(what.Type);
            return Task.FromResult(WebhookResult.Delivered);
        }

        public async Task<string[]> Next(int count)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            var taken = new string[count];
            for (var i = 0; i < count; i++)
                taken[i] = await _taken.Reader.ReadAsync(patience.Token);
            return taken;
        }
    }
}

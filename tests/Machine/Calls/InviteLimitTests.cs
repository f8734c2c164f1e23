using OrleansCalls.Calls;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>
/// An invite into a live call is the inviter's ring: blocks, limits and the name on the screen are the inviter's.
/// </summary>
public sealed class InviteLimitTests
{
    private readonly World _world = new();

    public InviteLimitTests()
    {
        // A friend is in a call with the one who goes on to invite.
        _world.Start("c", "F1", "P");
        _world.Do("c", new AcceptCall { Actor = Bench.By("P1"), Ready = true });
    }

    [Theory]
    [InlineData("P")]
    [InlineData("F")]
    public void Invite_OfSomeoneWhoBlocksTheInviterOrTheCaller_RingsNobody(string blocked)
    {
        _world.Settings["V"] = new UserSettings { Blocked = [blocked] };
        Invite("V");
        Assert.Empty(_world.Call("c").Heard("V1"));
        Assert.Equal(LegBar.Blocked, _world.Call("c").Call.LegOf("V")!.Bar);
    }

    [Fact]
    public void Invite_SaysWhoInvites_AndWhoTheCallerIs()
    {
        Invite("V");
        var incoming = Assert.IsType<CallIncoming>(
            _world.Call("c").Last.Notices.Single(notice => notice.UserId == "V").Events.Single().Event);
        Assert.Equal(("F", "P"), (incoming.Call.Caller.Id, incoming.Call.InvitedBy?.Id));
        Assert.Null(_world.Call("c").View("F").InvitedBy);
    }

    [Fact]
    public void Invite_ByTheCaller_IsTheCallersRing()
    {
        _world.Do("c", new InviteToCall { Actor = Bench.By("F1"), CalleeIds = ["V"] });
        Assert.Null(_world.Call("c").View("V").InvitedBy);
    }

    [Fact]
    public void Invite_AgainAfterEachDecline_IsLimitedAsAnyPair()
    {
        var rung = 0;
        for (var i = 0; i < 20; i++)
        {
            if (Invite("V").Error is { } refused)
                Assert.Equal(CallErrorCode.RateLimited, refused.Code);
            else
                rung++;
            _world.Do("c", new RejectCall { Actor = Bench.By("V1") });
        }

        Assert.Equal(_world.Options.PairRings, rung);
        // The call goes on, and its other party is another pair.
        Assert.Null(_world.Do("c", new InviteToCall { Actor = Bench.By("F1"), CalleeIds = ["V"] }).Error);
    }

    [Fact]
    public void Answer_OfAnAccomplice_ClearsNobodyElsesCounter()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(_world.Start($"g{i}", "M1", "AV").Error);
            _world.Do($"g{i}", new AcceptCall { Actor = Bench.By("A1"), Ready = true });
            _world.Do($"g{i}", new EndCall { Actor = Bench.By("M1") });
        }

        Assert.Equal(CallErrorCode.RateLimited, _world.Start("g3", "M1", "AV").Error?.Code);
        Assert.Equal(CallErrorCode.RateLimited, _world.Start("g4", "M1", "V").Error?.Code);
        Assert.Null(_world.Start("g5", "M1", "A").Error);
    }

    [Fact]
    public void Answer_OfAnInvitedCallee_ClearsTheInvitersCounter()
    {
        for (var i = 0; i < 6; i++)
        {
            Assert.Null(Invite("V").Error);
            _world.Do("c", new AcceptCall { Actor = Bench.By("V1"), Ready = true });
            _world.Do("c", new EndCall { Actor = Bench.By("V1") });
        }
    }

    [Fact]
    public void BusyCallee_IsNotRung_AndRedialsAreNotLimited()
    {
        // F and P are in a call.
        for (var i = 0; i < 10; i++)
        {
            Assert.Null(_world.Start($"b{i}", "M1", "F").Error);
            Assert.Equal(EndReason.Busy, _world.Call($"b{i}").Reason);
        }

        _world.Start("other", "V1", "W");
        _world.Do("other", new AcceptCall { Actor = Bench.By("W1"), Ready = true });
        for (_world.At = 0; _world.At < 10; _world.At++)
            Assert.Null(Invite("V").Error);
    }

    [Theory]
    [InlineData("M answers V", true)]
    [InlineData("V answers M", true)]
    [InlineData("V rings M in vain", false)]
    public void Answer_EitherWay_ClearsThePair(string what, bool clears)
    {
        for (var i = 0; i < 3; i++)
        {
            _world.Start($"m{i}", "M1", "V");
            if (i < 2 || what != "V answers M")
                _world.Do($"m{i}", new EndCall { Actor = Bench.By("M1") });
        }

        if (what == "V answers M")
            _world.Do("m2", new AcceptCall { Actor = Bench.By("V1"), Ready = true });
        else
            _world.Start("back", "V1", "M");
        if (what == "M answers V")
            _world.Do("back", new AcceptCall { Actor = Bench.By("M1"), Ready = true });
        foreach (var callId in what == "V answers M" ? new[] { "m2" } : ["back"])
            _world.Do(callId, new EndCall { Actor = Bench.By("M1") });
        Assert.Equal(clears ? null : CallErrorCode.RateLimited, _world.Start("next", "M1", "V").Error?.Code);
    }

    [Fact]
    public void RefusedInvite_GivesBackThePlacesThatWereTaken_AndTheInviterStaysInTheCall()
    {
        for (var i = 0; i < 3; i++)
        {
            Invite("V");
            _world.Do("c", new RejectCall { Actor = Bench.By("V1") });
        }

        // B is asked before the inviter, V after.
        Assert.Equal(
            CallErrorCode.RateLimited,
            _world.Do("c", new InviteToCall { Actor = Bench.By("P1"), CalleeIds = ["B", "V"] }).Error?.Code);
        Assert.Null(_world.User("B").Find("c"));
        Assert.NotNull(_world.User("P").Find("c"));
    }

    private CallReply Invite(string who) => _world.Do("c", new InviteToCall { Actor = Bench.By("P1"), CalleeIds = [who] });
}

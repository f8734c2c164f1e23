using OrleansCalls.Users;

namespace OrleansCalls.Tests.Machine.Users;

/// <summary>
/// Two calls of the same two people: one silo admitted the newer while another one, that knew the older, was cut off.
/// </summary>
public sealed class DoubleTests
{
    private static readonly DateTimeOffset Start = Bench.T0;

    private readonly OpenCalls _calls = new();

    [Theory]
    [InlineData("A", "B", "B", "A")]
    [InlineData("A", "B", "A", "B")]
    public void OlderOfTwo_IsReplacedByTheNewer_WhicheverIsToldLast(
        string caller, string callee, string otherCaller, string otherCallee)
    {
        Tell(Open("z", 0, caller, callee));
        Tell(Open("a", 5, otherCaller, otherCallee));
        Assert.Equal(("z", "a"), _calls.DoubleOf("a"));
        Assert.Equal(("z", "a"), _calls.DoubleOf("z"));
    }

    [Fact]
    public void StartedInOneInstant_AllSilosChooseTheSame()
    {
        Tell(Open("z", 0, "A", "B"));
        Tell(Open("a", 0, "B", "A"));
        Assert.Equal(("a", "z"), _calls.DoubleOf("z"));
        Assert.Equal(("a", "z"), _calls.DoubleOf("a"));
    }

    [Fact]
    public void OnlyAdmitted_IsNoDouble_ItMayYetBeRefusedElsewhere()
    {
        Tell(Open("old", 0, "A", "B"));
        Tell(Open("new", 5, "A", "B") with { Seq = 0 });
        Assert.Null(_calls.DoubleOf("old"));
        Assert.Null(_calls.DoubleOf("new"));
    }

    [Fact]
    public void OtherPeople_OrThree_AreNoDouble()
    {
        Tell(Open("one", 0, "A", "B"));
        Tell(Open("two", 5, "A", "C"));
        Tell(Open("three", 5, "A", "B", "C"));
        Assert.Null(_calls.DoubleOf("one"));
        Assert.Null(_calls.DoubleOf("two"));
        Assert.Null(_calls.DoubleOf("three"));
        Assert.Null(_calls.DoubleOf("unknown"));
    }

    private static OpenCall Open(string callId, double at, string callerId, params string[] calleeIds) => new()
    {
        CallId = callId,
        Seq = 1,
        IsCaller = callerId == "A",
        CallerId = callerId,
        CalleeIds = [.. calleeIds],
        State = CallPhase.Active,
        Media = CallMedia.Audio,
        RingUntil = Start.AddSeconds(at + 60),
        CreatedAt = Start.AddSeconds(at),
    };

    private void Tell(OpenCall call) => _calls.Update(new UserNotice { UserId = "A", CallId = call.CallId, Call = call });
}

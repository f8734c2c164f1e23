namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>Who comes first wins: accept, reject, cancel and the deadline. Numbers are those of the race list.</summary>
public sealed class RaceTests
{
    [Fact, Trait("race", "3")]
    public void Cancel_AfterAccept_IsAHangUp()
    {
        var call = Ringing();
        call.Accept("B1");
        call.At = 5;
        Assert.True(call.End("A1").Succeeded);
        Assert.Equal((EndReason.Completed, "A"), (call.Reason, call.Call.EndedBy));
        Assert.Equal(["ended completed"], call.Heard("B1"));
        Assert.Equal(["ended completed"], call.Heard("A2"));
    }

    [Fact, Trait("race", "3")]
    public void Accept_AfterCancel_IsToldTheEnd()
    {
        var call = Ringing();
        call.End("A1");
        Assert.Equal(["ended cancelled"], call.Heard("B1"));
        Assert.Equal(["B"], call.Missed);
        var reply = call.Accept("B1");
        Assert.Equal(CallErrorCode.Ended, reply.Error?.Code);
        Assert.Equal(EndReason.Cancelled, reply.Call?.EndReason);
    }

    private static Bench Ringing()
    {
        var call = new Bench();
        call.Start();
        call.Ack("B1");
        return call;
    }
}

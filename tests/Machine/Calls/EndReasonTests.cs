namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>What each end reason is called elsewhere: the protocol's own table.</summary>
public sealed class EndReasonTests
{
    [Theory]
    [InlineData(EndReason.Completed, "BYE", 16)]
    [InlineData(EndReason.Cancelled, "487", 31)]
    [InlineData(EndReason.Rejected, "603", 21)]
    [InlineData(EndReason.Busy, "486", 17)]
    [InlineData(EndReason.NoAnswer, "408", 19)]
    [InlineData(EndReason.Unreachable, "480", 20)]
    [InlineData(EndReason.ConnectTimeout, "504", 102)]
    [InlineData(EndReason.Lost, "408", 27)]
    [InlineData(EndReason.Replaced, "487", 31)]
    [InlineData(EndReason.EndedByAdmin, "BYE", 31)]
    [InlineData(EndReason.Failed, "500", 41)]
    public void Reason_IsCalledInSipAndQ850(EndReason reason, string sip, int q850)
    {
        Assert.Equal((sip, q850), (reason.Meaning().Sip, reason.Meaning().Q850));
        Assert.True(reason.IsStored());
    }

    [Theory, InlineData(EndReason.AnsweredElsewhere, 26), InlineData(EndReason.RejectedElsewhere, 21)]
    public void Reason_ForSingleDevices_IsNeverStored(EndReason reason, int q850)
    {
        Assert.Equal(q850, reason.Meaning().Q850);
        Assert.False(reason.IsStored());
    }

    [Fact]
    public void EveryReason_HasAMeaning_ThatClientsKnow()
    {
        // CXCallEndedReason (developer.apple.com/documentation/callkit) and android.telecom.DisconnectCause.
        string[] callKit = ["failed", "remoteEnded", "unanswered", "answeredElsewhere", "declinedElsewhere"];
        string[] android = ["REMOTE", "CANCELED", "REJECTED", "BUSY", "MISSED", "ERROR", "ANSWERED_ELSEWHERE"];
        foreach (var meaning in Enum.GetValues<EndReason>().Select(reason => reason.Meaning()))
        {
            Assert.Contains(meaning.CallKit, callKit);
            Assert.Contains(meaning.Android, android);
        }
    }
}

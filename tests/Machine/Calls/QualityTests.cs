using OrleansCalls.History;

namespace OrleansCalls.Tests.Machine.Calls;

/// <summary>What devices measure and people think of a call.</summary>
public sealed class QualityTests
{
    [Fact]
    public void Measurements_AreMeans_AndTheTimelineHasThoseThatSaySomethingNew()
    {
        var call = Situations.Active();
        call.Media("A1", MediaState.Connected);
        call.Measured("A1", 0, MediaLevel.Good, 40, MediaRoute.Host);
        call.Measured("A1", 2, MediaLevel.Good, 60);
        call.Measured("A1", 10, MediaLevel.Poor, 80);
        call.Measured("A1", 0, MediaLevel.Poor, null, MediaRoute.Relay);
        call.Measured("A1", 0, MediaLevel.Poor, null, MediaRoute.Relay);
        Assert.Equal(
            new CallQuality
            {
                Reports = 5, LossPercent = 2.4, WorstLossPercent = 10, RoundTripMs = 60, Route = MediaRoute.Relay,
                Level = MediaLevel.Poor,
            },
            call.Call.Caller.Quality! with { LossPercent = Math.Round(call.Call.Caller.Quality!.LossPercent, 6) });
        Assert.Equal(
            [
                "media_connected ", "media_quality good, loss 0 %, round trip 40 ms, host",
                "media_quality poor, loss 10 %, round trip 80 ms", "media_quality poor, loss 0 %, relay",
            ],
            call.Call.Timeline.Where(entry => entry.What.StartsWith("media_", StringComparison.Ordinal))
                .Select(entry => $"{entry.What} {entry.Detail}"));
        call.End("A1");
        Assert.Equal(CallErrorCode.Ended, call.Measured("A1", 0, MediaLevel.Good).Error?.Code);
        var session = CallSessions.From(call.Call);
        Assert.Equal([5, null], session.Participants.Select(person => person.Quality?.Reports));
    }

    [Fact]
    public void Rating_CountsOnceTheCallIsOver_ForThoseWhoWereInIt_AndTheLastOneHolds()
    {
        var call = Situations.Active();
        Assert.Equal(CallErrorCode.Conflict, call.Rate("A1", 5).Error?.Code);
        call.End("B1");
        Assert.True(call.Rate("A1", 5).Succeeded);
        Assert.True(call.Rate("A1", 2).Succeeded);
        Assert.True(call.Rate("B1", 4).Succeeded);
        Assert.Equal(CallErrorCode.Forbidden, call.Rate("C1", 4).Error?.Code);
        Assert.Equal([2, 4], CallSessions.From(call.Call).Participants.Select(person => person.Quality?.Stars));
        var before = call.Call;
        Assert.True(call.Rate("A1", 2).Succeeded);
        Assert.Same(before, call.Call);
    }

    [Fact]
    public void Rating_OfACallThatNobodyAnswered_IsRefused()
    {
        var call = Situations.Ringing();
        call.End("A1");
        Assert.Equal(CallErrorCode.Conflict, call.Rate("A1", 5).Error?.Code);
        Assert.Equal(CallErrorCode.Conflict, call.Rate("B1", 5).Error?.Code);
    }
}

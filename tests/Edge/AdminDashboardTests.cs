namespace OrleansCalls.Tests.Edge;

/// <summary>
/// Orleans' dashboard: off, and with the setting for operators alone, without log lines and without stored state.
/// </summary>
public sealed class AdminDashboardTests
{
    private const string Path = "/api/v1/admin/dashboard";

    [Fact]
    public async Task Dashboard_IsOff_UnlessASettingAsksForIt()
    {
        await using var service = await Service.Start();
        foreach (var path in new[] { Path, $"{Path}/", $"{Path}/DashboardCounters" })
            Assert.Equal(404, (await service.Send(HttpMethod.Get, path, Service.Token("olga", null, "admin"))).Status);
    }

    [Fact]
    public async Task Dashboard_IsForOperators_AndShowsNoStateAndNoLog()
    {
        await using var service = await Service.Start("Dashboard:Enabled=true");
        var admin = Service.Token("olga", null, "admin");
        foreach (var path in new[]
        {
            $"{Path}/", $"{Path}/index.min.js", $"{Path}/DashboardCounters", $"{Path}/ClusterStats",
            $"{Path}/GrainTypes", $"{Path}/Trace",
        })
        {
            Assert.Equal(401, (await service.Send(HttpMethod.Get, path, null)).Status);
            Assert.Equal(403, (await service.Send(HttpMethod.Get, path, Service.Token("user"))).Status);
        }

        Assert.Equal(200, (await service.Send(HttpMethod.Get, $"{Path}/", admin)).Status);
        await Until.Found(
            async () => (await service.Send(HttpMethod.Get, $"{Path}/DashboardCounters", admin)).Body?["hosts"]?.AsArray()
                .SingleOrDefault(), "the silo's counters");

        // The keys that sign action tokens are the state of a grain.
        foreach (var path in new[] { "GrainState", "grainstate", "GrainState/" })
            Assert.Equal(
                404,
                (await service.Send(
                    HttpMethod.Get, $"{Path}/{path}?grainId=action&grainType=OrleansCalls.Push.ActionKeyGrain", admin)).Status);
        // The stream of log lines is off: the dashboard itself refuses it.
        Assert.Equal(403, (await service.Send(HttpMethod.Get, $"{Path}/Trace", admin)).Status);

        Assert.Equal(
            403,
            (await service.Send(
                HttpMethod.Get, $"{Path}/", null, null, ("Cookie", "calls-admin=x"), ("Sec-Fetch-Site", "cross-site"))).Status);
        Assert.Equal(
            $"{Path}/", (string?)(await service.Send(HttpMethod.Get, "/api/v1/admin/overview", admin)).Body!["dashboard"]);
    }
}

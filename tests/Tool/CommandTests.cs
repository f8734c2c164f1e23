using OrleansCalls.Client;

namespace OrleansCalls.Tests.Tool;

/// <summary>
/// token, call, watch, timeline and test-ring against a running service; what they print, and what they exit with.
/// </summary>
public sealed class CommandTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Token_OfAnOperator_OpensTheAdminApi_AndATokenThatIsNoneOpensNothing()
    {
        var token = await Ask("token", "root", "--role", "admin", "--json");
        Assert.Equal(0, token.Code);
        Assert.InRange(
            DateTimeOffset.Parse((string)token.Json["expiresAt"]!), TimeProvider.System.GetUtcNow().AddMinutes(50),
            TimeProvider.System.GetUtcNow().AddMinutes(61));
        using var http = new HttpClient { BaseAddress = new Uri(service.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", (string)token.Json["token"]!);
        Assert.Equal(System.Net.HttpStatusCode.OK, (await http.GetAsync("/api/v1/admin/stats")).StatusCode);
        // Bare, for a shell.
        Assert.Equal(3, (await Ask("token", "alice")).Output.Trim().Split('.').Length);

        var refused = await Program.Run("test-ring", "bob", "--url", service.Url, "--token", "none", "--json");
        Assert.Equal((1, ""), (refused.Code, refused.Output));
        Assert.Contains("401", refused.Error, StringComparison.Ordinal);
        var without = await Program.Run("timeline", "c1", "--url", service.Url);
        Assert.Equal(2, without.Code);
        Assert.Contains("Auth__SigningKey", without.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TestRing_OfADeviceThatIsThere_Rings_AndOfNobodySaysWhatIsMissing()
    {
        await using var phone = await Connect("tess");
        var rings = await Ask("test-ring", "tess", "--json");
        Assert.Equal((0, "rings"), (rings.Code, (string?)rings.Json["devices"]![0]!["verdict"]));
        var people = await Ask("test-ring", "tess", "--device", "other");
        Assert.Equal(1, people.Code);
        Assert.Contains("failed  known unknown_device", people.Output, StringComparison.Ordinal);
        Assert.Contains("No push token", people.Output, StringComparison.Ordinal);
        AssertPlain(people);
    }

    [Fact]
    public async Task Call_IsWatched_AnsweredAndInTheTimeline()
    {
        await using var bob = await Connect("bob");
        bob.On<Client.CallIncoming>(ring => bob.AcceptCallAsync(ring.Call.CallId));
        await using var watching = Program.Start([.. Shared("watch", "bob", "--json", "--for", "120")]);
        var connected = await Event(watching, "ConnectionChanged", "connected");
        Assert.NotNull(connected);

        var call = await Ask("call", "bob", "--as", "alice", "--json");

        Assert.Equal(0, call.Code);
        var last = call.Lines[^1];
        Assert.Equal("bob", (string?)last["answeredBy"]);
        Assert.Contains(call.Lines, line => (string?)line["event"] == "CallAccepted");
        var id = (string)last["callId"]!;
        Assert.Equal(id, (string?)(await Event(watching, "CallIncoming", id))!["payload"]!["callId"]);
        await watching.Kill();
        var timeline = await Ask("timeline", id);
        Assert.Equal(0, timeline.Code);
        Assert.Contains("accepted", timeline.Output, StringComparison.Ordinal);
        Assert.Contains("+0.000 s", timeline.Output, StringComparison.Ordinal);
        AssertPlain(timeline);
        Assert.NotEmpty((await Ask("timeline", id, "--json")).Json["items"]!.AsArray());
    }

    [Fact]
    public async Task Call_ThatNobodyCanTake_SaysWhy_AndExitsWithOne()
    {
        var call = await Ask("call", "nobody-at-all", "--as", "alice", "--ring-seconds", "10");
        Assert.Equal(1, call.Code);
        Assert.Contains("unreachable", call.Output, StringComparison.Ordinal);
        var unknown = await Ask("timeline", "there-is-no-such-call");
        Assert.Equal(1, unknown.Code);
        Assert.Contains("404", unknown.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("start")]
    [InlineData("--urls")]
    [InlineData("token")]
    [InlineData("token", "a", "--role", "king")]
    [InlineData("token", "a", "--hours", "-1", "--set", "Auth:SigningKey=" + Program.SigningKey)]
    [InlineData("token", "", "--set", "Auth:SigningKey=" + Program.SigningKey)]
    [InlineData("token", "a", "--set", "Auth:SigningKey=short")]
    [InlineData("token", "a", "--set", "nonsense")]
    [InlineData("token", "a", "--env-file", "/there/is/none")]
    [InlineData("timeline", "c", "--url", "ftp://x")]
    [InlineData("timeline", "c", "--timeout", "0")]
    [InlineData("test-ring", "bob", "--url", "http://127.0.0.1:1", "--token", "t")]
    [InlineData("watch", "bob", "--url", "http://127.0.0.1:1", "--token", "t")]
    public async Task WhatIsNotRight_IsSaidInASentence_AndExitsWithTwo(params string[] arguments)
    {
        var ran = await Program.Run(arguments);
        Assert.Equal((2, ""), (ran.Code, ran.Output));
        Assert.NotEmpty(ran.Error);
        Assert.DoesNotContain("   at ", ran.Error, StringComparison.Ordinal);
    }

    private Task<Ran> Ask(params string[] arguments) => Program.Run([.. Shared(arguments)]);

    private string[] Shared(params string[] arguments) =>
        [.. arguments, "--url", service.Url, "--set", $"Auth:SigningKey={Program.SigningKey}"];

    private async Task<OrleansCallsClient> Connect(string userId)
    {
        var token = (await Ask("token", userId)).Output.Trim();
        var client = new OrleansCallsClient(new OrleansCallsClientOptions
        {
            Address = new Uri(service.Url), DeviceId = "phone", Token = _ => ValueTask.FromResult(token),
        });
        await client.StartAsync();
        return client;
    }

    private static async Task<System.Text.Json.Nodes.JsonNode?> Event(ChildProcess process, string name, string with)
    {
        while (true)
        {
            var line = await process.Line(with);
            if (System.Text.Json.Nodes.JsonNode.Parse(line) is { } told && (string?)told["event"] == name)
                return told;
        }
    }

    private static void AssertPlain(Ran ran) => Assert.DoesNotContain('\u001b', ran.Output);
}

using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Threading.Channels;
using OrleansCalls.Push;
using OrleansCalls.Silo.Push;

namespace OrleansCalls.Client.Tests;

/// <summary>
/// clients/README.md: its tables against what the code sends; clients/phones.md: the requests of its snippets against a gateway.
/// </summary>
public sealed partial class PageTests
{
    private static readonly string Page = string.Concat(
        new[] { "clients.md", "phones.md" }.Select(page => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, page))));

    private static readonly DateTimeOffset Now = new(2026, 1, 31, 12, 0, 0, 123, TimeSpan.Zero);

    [Theory]
    [InlineData(PushType.CallIncoming, 2)]
    [InlineData(PushType.CallCancelled, 3)]
    [InlineData(PushType.CallMissed, 4)]
    public void Fields_AreThoseThatAPushCarries(PushType type, int column)
    {
        var fields = Table("| field |")
            .SelectMany(row => row[0].Split(' ').Select(name => (Name: name.Trim('`'), Row: row)))
            .ToDictionary(field => field.Name, field => field.Row);
        var bare = PushPayload.Data(Message(type), Now);
        var full = PushPayload.Data(
            Message(type) with
            {
                ConversationId = "room", CallerId = "tel:+4930123",
                InvitedBy = new OrleansCalls.Inviter { Id = "carol", Name = "Carol" },
                ActionToken = type == PushType.CallIncoming ? "act1.k.c.m" : null,
            }, Now);
        Assert.Equal(Marked('+'), bare.Keys.Order());
        Assert.Equal(Marked('+').Concat(Marked('?')).Order(), full.Keys.Order());
        foreach (var (name, value) in full.Concat(bare))
            Assert.True(Fits(fields[name], value), $"{name} is {value}, which is no {fields[name][1]}.");

        IEnumerable<string> Marked(char mark) =>
            fields.Where(field => field.Value[column] == $"{mark}").Select(field => field.Key).Order();
    }

    [Fact]
    public async Task Providers_SendWhatTheTableSays()
    {
        await using var fcm = await FakeFcm.Start();
        await using var apns = await FakeApns.Start();
        await using var browsers = await FakePushService.Start();
        await using var byFcm = Pushes.Silo(fcm);
        await using var byWebPush = Pushes.Silo(browsers.Settings);
        await using var byApns = Pushes.Silo(apns);
        foreach (var row in Table("| sent by |"))
        {
            var provider = WireEnum<OrleansCalls.PushProvider>.Parse(row[0].Trim('`'));
            foreach (var type in Enum.GetValues<PushType>())
            {
                var (silo, token) = provider switch
                {
                    OrleansCalls.PushProvider.Fcm => (byFcm, "00ff"),
                    OrleansCalls.PushProvider.WebPush => (byWebPush, browsers.Subscribe("b")),
                    _ => (byApns, "00ff"),
                };
                var result = await silo.Push(Pushes.Ring(token, provider) with { Type = type, ActionToken = null });
                Assert.Equal((provider, type, row[(int)type]), (provider, type, result.Error is null ? "yes" : "no"));
            }
        }

        Assert.Empty(fcm.Faults);
        Assert.Empty(apns.Faults);
        Assert.Empty(browsers.Faults);
        Assert.Equal((4, 1, 4), (fcm.Taken.Count, apns.Taken.Count, browsers.Taken.Count));
        Assert.Equal(
            PushPayload.Own(Message(PushType.TestRing), Now).Keys.Order(),
            browsers.Taken.Last().Payload.EnumerateObject().Select(field => field.Name).Order());
    }

    [Fact]
    public void CallUuid_IsMadeAsThePageSays()
    {
        var found = UuidExample().Match(Page);
        Assert.Equal(found.Groups["uuid"].Value, PushPayload.CallUuid(found.Groups["id"].Value).ToString());
        var space = new Guid(Namespace().Match(Page).Groups[1].Value);
#pragma warning disable CA5350 // RFC 9562 names SHA-1.
        var hash = System.Security.Cryptography.SHA1.HashData((byte[])[.. space.ToByteArray(bigEndian: true), .. "channel_42"u8]);
#pragma warning restore CA5350
        Assert.StartsWith(Convert.ToHexStringLower(hash[..4]), found.Groups["uuid"].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void EndReasons_MeanWhatTheServiceSays_InTheTableAndInSwift()
    {
        var table = Table("| reason |").ToDictionary(row => row[0].Trim('`'), row => (row[1].Trim('`'), row[2].Trim('`')));
        var swift = SwiftCase().Matches(Page)
            .SelectMany(
                one => Quoted().Matches(one.Groups[1].Value)
                    .Select(name => (Name: name.Groups[1].Value, Cause: one.Groups[2].Value)))
            .ToDictionary(one => one.Name, one => one.Cause);
        var reasons = Enum.GetValues<OrleansCalls.EndReason>();
        Assert.Equal(reasons.Length, table.Count);
        foreach (var reason in reasons)
        {
            var name = WireEnum<OrleansCalls.EndReason>.Name(reason);
            var meaning = reason.Meaning();
            Assert.Equal((name, (meaning.CallKit, meaning.Android)), (name, table[name]));
            Assert.Equal((name, meaning.CallKit), (name, swift.GetValueOrDefault(name, "remoteEnded")));
        }
    }

    [Theory, InlineData("kotlin"), InlineData("swift"), InlineData("dart"), InlineData("javascript")]
    public async Task Requests_OfASnippet_AreTaken(string language)
    {
        var snippet = Regex.Match(Page, $"```{language}\n(.*?)```", RegexOptions.Singleline).Groups[1].Value;
        var requests = Request().Matches(snippet)
            .Select(one => (Method: one.Groups["method"].Value, Path: one.Groups["path"].Value, Body: one.Groups["body"].Value))
            .ToList();
        Assert.Superset(
            new HashSet<string> { "ringing", "accept", "reject" },
            requests.Select(request => request.Path.Split('/')[^1]).ToHashSet());
        Assert.Equal(Regex.Count(snippet, @"\bapi\("), requests.Count + Regex.Count(snippet, @"fun(c|) api\("));

        var pushes = Channel.CreateUnbounded<JsonElement>();
        await using var fcm = await FakeFcm.Start();
        fcm.OnTaken = message => pushes.Writer.TryWrite(message.GetProperty("data").Clone());
        await using var service = await Service.Start(
            $"Push:Fcm:CredentialsFile={fcm.CredentialsFile}", $"Push:Fcm:Endpoint={fcm.Address}",
            "Push:AttemptTimeoutSeconds=20");
        await service.Send(
            HttpMethod.Put, "/api/v1/devices/phone/push-token", Service.Token("bob"),
            new { provider = "fcm", token = "registered" });
        await using var alice = await Phone.Start(service.Address, "alice", "a1");

        var answered = await Ring("answered");
        foreach (var request in requests.Where(request => Regex.IsMatch(request.Path, "(ringing|accept)$")))
            Assert.Equal((request.Path, 200), (request.Path, await Play(request, "answered", answered)));
        Assert.Equal("phone", (await alice.Next<CallAccepted>()).DeviceId);
        await alice.Client.EndCallAsync("answered");
        foreach (var request in requests.Where(request => Regex.IsMatch(request.Path, "(ringing|accept)$")))
            Assert.Equal((request.Path, 410), (request.Path, await Play(request, "answered", answered)));

        var declined = await Ring("declined");
        await Play(requests.First(request => request.Path.EndsWith("reject", StringComparison.Ordinal)), "declined", declined);
        Assert.Equal(EndReason.Rejected, (await alice.Next<CallEnded>(end => end.CallId == "declined")).Reason);
        foreach (var request in requests.Where(request => request.Method == "PUT"))
            Assert.Equal((request.Path, 204), (request.Path, await Play(request, "", "")));

        async Task<string> Ring(string callId)
        {
            await alice.Client.StartCallAsync(new StartCallRequest { CallId = callId, CalleeIds = ["bob"] });
            while (true)
            {
                var push = await pushes.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));
                if (push.GetProperty("callId").GetString() == callId && push.GetProperty("type").GetString() == "call_incoming")
                    return push.GetProperty("actionToken").GetString()!;
            }
        }

        async Task<int> Play((string Method, string Path, string Body) request, string callId, string actionToken)
        {
            var token = request.Method == "PUT" ? Service.Token("bob") : actionToken;
            var body = TokenPlace().Replace(request.Body, "another token");
            var path = DevicePlace().Replace(CallPlace().Replace(request.Path, callId), "phone");
            return (await service.Send(new HttpMethod(request.Method), path, token, body.Length > 0 ? body : null)).Status;
        }
    }

    private static IEnumerable<string[]> Table(string head) => Page[Page.IndexOf(head, StringComparison.Ordinal)..].Split('\n')
        .TakeWhile(line => line.StartsWith('|')).Skip(2)
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static bool Fits(string[] field, string value) => field[1] switch
    {
        "enum" => field[5].Contains($"`{value}`", StringComparison.Ordinal),
        "id" => Regex.IsMatch(value, "^[A-Za-z0-9_.:-]{1,64}$"),
        "uuid" => Guid.TryParseExact(value, "D", out _),
        "time" => DateTimeOffset.TryParseExact(
            value, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out _),
        "milliseconds" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _),
        "token" => value.StartsWith("act1.", StringComparison.Ordinal),
        "text" => true,
        _ => false,
    };

    private static PushMessage Message(PushType type) => new()
    {
        Type = type,
        UserId = "bob",
        DeviceId = "phone",
        Provider = OrleansCalls.PushProvider.Fcm,
        Token = "t",
        CallId = "c1",
        CallerId = "alice",
        CallerName = "Alice",
        Media = OrleansCalls.CallMedia.Video,
        RingUntil = Now.AddSeconds(60),
        TimeToLive = TimeSpan.FromSeconds(60),
    };

    [GeneratedRegex(
        """\bapi\(["'](?<method>[A-Z]+)["'], ["'`](?<path>/api/[^"'`]*)["'`], [^\n{]*?(?:"{3}|#"|')?(?<body>\{.*?\})?(?:"{3}|"#|')?\)""")]
    private static partial Regex Request();

    [GeneratedRegex(@"\\?\$?[({]*(?:ring\.)?callId[)}]*")]
    private static partial Regex CallPlace();

    [GeneratedRegex(@"\\?\$?[({]*deviceId[)}]*")]
    private static partial Regex DevicePlace();

    [GeneratedRegex(@"\$token|\\#\(token\)")]
    private static partial Regex TokenPlace();

    [GeneratedRegex(@"the id `(?<id>[^`]+)` has `(?<uuid>[^`]+)`")]
    private static partial Regex UuidExample();

    [GeneratedRegex(@"name space `([^`]+)`")]
    private static partial Regex Namespace();

    [GeneratedRegex("""case ((?:"\w+"(?:, )?)+): return \.(\w+)""")]
    private static partial Regex SwiftCase();

    [GeneratedRegex("\"(\\w+)\"")]
    private static partial Regex Quoted();
}

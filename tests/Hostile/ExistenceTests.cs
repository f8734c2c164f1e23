using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Whether somebody who asks for what is not theirs can tell it from what is not there: by status,
/// by text, and (printed) by time.
/// </summary>
public sealed class ExistenceTests
{
    private const int Users = 60;

    [Fact]
    public async Task UserWhoIsThere_LooksLikeOneWhoIsNot()
    {
        using var place = Place.Of(owned: false);
        await using (var first = await Program.Start(place))
        {
            // Each is known by a row of their own. Nothing of that is in memory after the restart.
            for (var i = 0; i < Users; i++)
            {
                var (status, _) = await new Phones(first).Send(
                    Known(i), HttpMethod.Put, "/api/v1/settings", """{"blocked":["pest"]}""");
                Assert.Equal(200, status);
            }

            first.Signal("TERM");
            Assert.Equal(0, await first.Ended());
        }

        await using var program = await Program.Start(place);
        var phones = new Phones(program);
        List<double> known = [], unknown = [];
        for (var i = 0; i < Users; i++)
        {
            // Side by side, so that whatever else the machine does happens to both.
            var (there, missing) = i % 2 == 0
                ? (await Ask(Known(i), known), await Ask(Unknown(i), unknown))
                : Swap(await Ask(Unknown(i), unknown), await Ask(Known(i), known));
            Assert.Equal(there, missing);
        }

        Figures.Write(string.Create(
            CultureInfo.InvariantCulture,
            $"Presence of a user who is known: {Median(known):0.00} ms, of one who is not: {Median(unknown):0.00} ms (medians of {Users})"));

        async Task<string> Ask(string user, List<double> times)
        {
            var began = Stopwatch.GetTimestamp();
            var asker = $"asker-{times.Count}";
            var (status, answer) = await phones.Send(asker, HttpMethod.Get, $"/api/v1/users/{user}/presence", null);
            times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            return $"{status} {answer.Replace(user, "", StringComparison.Ordinal)}";
        }
    }

    /// <summary>Without a token no answer depends on what there is.</summary>
    [Fact]
    public async Task Stranger_IsAnsweredAlike_WhateverThereIs()
    {
        await using var program = await Program.Start();
        var phones = new Phones(program);
        Assert.Equal(
            200, await phones.Post("alice", "/api/v1/calls", """{"callId":"there","calleeIds":["bob"],"media":"audio"}"""));
        await using var bob = await Hub.Connect(program.Address, Tokens.Of("bob"));
        foreach (var (there, missing) in new[]
        {
            ("/api/v1/calls/there", "/api/v1/calls/missing"),
            ("/api/v1/calls/there/offer", "/api/v1/calls/missing/offer"),
            ("/api/v1/users/bob/presence", "/api/v1/users/nobody/presence"),
            ("/api/v1/admin/users/bob", "/api/v1/admin/users/nobody"),
        })
        {
            foreach (var token in new[] { null, "x.y.z", "act1.a.b.c" })
                Assert.Equal(await Ask(there, token), await Ask(missing, token));
        }

        async Task<string> Ask(string path, string? token)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (token is not null)
                request.Headers.Authorization = new("Bearer", token);
            using var answer = await program.Http.SendAsync(request);
            var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject();
            body.Remove("traceId");
            var headers = answer.Headers.Where(header => header.Key != "Date")
                .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            return $"{answer.StatusCode} {string.Join('\n', headers)} {body.ToJsonString()}";
        }
    }

    private static (string There, string Missing) Swap(string missing, string there) => (there, missing);

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);

    private static string Known(int i) => string.Create(CultureInfo.InvariantCulture, $"resident-{i:00}");

    private static string Unknown(int i) => string.Create(CultureInfo.InvariantCulture, $"absentee-{i:00}");
}

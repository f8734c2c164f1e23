using System.Diagnostics;

namespace OrleansCalls.Tests.Tool;

/// <summary>The doctor's real allocation, on a real coturn.</summary>
public sealed class TurnTests
{
    [Need("turnserver")]
    public async Task Allocation_OverUdpAndTcp_IsMadeAndGivenBack_AndAWrongSecretIsSaid()
    {
        var coturn = new Coturn();
        await coturn.InitializeAsync();
        try
        {
            var (udp, tcp) = ($"turn:127.0.0.1:{coturn.Port}?transport=udp", $"turn:127.0.0.1:{coturn.Port}?transport=tcp");
            var good = await Doctor(
                $"Ice:TurnUrls={udp},{tcp}", $"Ice:StunUrls=stun:127.0.0.1:{coturn.Port}", $"Ice:TurnSecret={Coturn.Secret}");
            var found = good.Found("ice").Order(StringComparer.Ordinal).ToList();
            Assert.Equal(3, found.Count);
            Assert.StartsWith(
                $"ok stun:127.0.0.1:{coturn.Port} answers, and sees this machine as 127.0.0.1:", found[0],
                StringComparison.Ordinal);
            Assert.StartsWith(
                $"ok {tcp} takes the credentials, and gave out the relay address 127.0.0.1:2016", found[1],
                StringComparison.Ordinal);
            Assert.StartsWith($"ok {udp} takes the credentials", found[2], StringComparison.Ordinal);
            // The server has two relay ports: they are missing if they were not given back.
            for (var i = 0; i < 2; i++)
                Assert.StartsWith(
                    "ok ",
                    Assert.Single((await Doctor($"Ice:TurnUrls={udp}", $"Ice:TurnSecret={Coturn.Secret}")).Found("ice")),
                    StringComparison.Ordinal);

            var wrong = await Doctor($"Ice:TurnUrls={udp}", "Ice:TurnSecret=another secret");
            Assert.Equal(1, wrong.Code);
            Assert.StartsWith($"error {udp} refuses with 401", Assert.Single(wrong.Found("ice")), StringComparison.Ordinal);
            Assert.Contains("static-auth-secret", wrong.Output, StringComparison.Ordinal);
        }
        finally
        {
            await coturn.DisposeAsync();
        }
    }

    [Fact]
    public async Task ServerThatIsNotThere_OrDoesNotSpeakStun_IsSaidInTime()
    {
        using var silent = new Silent();
        var started = Stopwatch.GetTimestamp();
        var ran = await Doctor(
            $"Ice:TurnUrls=turn:127.0.0.1:{silent.Port}?transport=tcp,turns:127.0.0.1:{silent.Port}?transport=tcp,turn:127.0.0.1:{silent.UdpPort},turn:127.0.0.1:1?transport=tcp,turn:a b",
            "Ice:TurnSecret=x");
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalSeconds, 2, 60);
        var found = ran.Found("ice").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(5, found.Count);
        Assert.All(found, line => Assert.StartsWith("error turn", line, StringComparison.Ordinal));
        Assert.Equal(3, found.Count(line => line.EndsWith("does not answer.", StringComparison.Ordinal)));
        Assert.Contains(found, line => line.Contains("cannot be reached", StringComparison.Ordinal));
        Assert.Contains("error turn:a b is not an address that browsers take.", found);
    }

    private static Task<Ran> Doctor(params string[] settings) => Program.Run(
        [
            "doctor", "--json", "--timeout", "3", "--set", "urls=http://127.0.0.1:0", "--set",
            $"Auth:SigningKey={Program.SigningKey}", .. settings.SelectMany(setting => new[] { "--set", setting }),
        ]);
}

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>Settings that are wrong: one sentence that names the setting, exit 1, no stack trace.</summary>
public sealed class SettingTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "ASPNETCORE_URLS", "http://127.0.0.1:99999" },
        { "ASPNETCORE_URLS", "ftp://127.0.0.1:5080" },
        { "ASPNETCORE_URLS", "https://127.0.0.1:0" },
        { "ASPNETCORE_URLS", "http://192.0.2.1:5080" },
        { "Logging__LogLevel__Default", "Loud" },
        { "Logging__Console__FormatterName", "xml" },
        { "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "maybe" },
        { "OTEL_EXPORTER_OTLP_HEADERS", "nonsense" },
        { "Gateway__MaxConnections", "-1" },
        { "SocketIo__MaxUnconnectedPerAddress", "0" },
        { "Calls__StartsPerMinute", "many" },
        { "Auth__SigningKey", "short" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task SettingThatIsWrong_StopsTheProgramWithOneSentence(string name, string value)
    {
        // Headers alone are read by nobody.
        (string, string)[] settings = name == "OTEL_EXPORTER_OTLP_HEADERS"
            ? [(name, value), ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")]
            : [(name, value)];
        var (exitCode, error) = await Program.Refuse(settings);
        Assert.Equal(1, exitCode);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(name.Replace("__", ":", StringComparison.Ordinal), error.Replace("__", ":", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Termination_WhileTheDatabaseIsSilent_EndsTheProgramInOrder()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var (exitCode, error) = await Program.End(
            async process =>
            {
                using var asked = await silent.AcceptSocketAsync().WaitAsync(TimeSpan.FromSeconds(60));
                using var kill = Process.Start("kill", ["-TERM", $"{process.Id}"]);
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
            },
            ("ConnectionStrings__Postgres", $"Host=127.0.0.1;Port={port};Username=a;Password=b;Database=c"));
        Assert.Equal((0, ""), (exitCode, error));
    }
}

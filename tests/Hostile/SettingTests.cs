using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Settings that are wrong, by the program itself: one sentence that names the setting, exit 1, no stack trace. What is wrong
/// with a value alone is in <see cref="SettingTableTests"/>; here is what only a real start meets, and the time that it takes.
/// </summary>
public sealed class SettingTests
{
    public static TheoryData<string, string> Wrong => new()
    {
        { "ASPNETCORE_URLS", "https://127.0.0.1:0" },
        { "ASPNETCORE_URLS", "http://192.0.2.1:5080" },
        { "Logging__Console__FormatterName", "xml" },
        { "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "maybe" },
        { "Calls__Rings", "00:01:00" },
        { "Calls__StartsPerMinute", "many" },
        { "Auth__SigningKey", "short" },
        { "Storage__Path", "/dev/null/x" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public async Task SettingThatIsWrong_StopsTheProgramWithOneSentence(string name, string value) =>
        await AssertRefused(name, (name, value));

    [Theory]
    [InlineData("Host=127.0.0.1;Port={0}")]
    [InlineData("Host=no-such-host.invalid")]
    public async Task Database_ThatDoesNotAnswer_IsWaitedForAsLongAsTheSettingSays(string database)
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var error = await AssertRefused(
            "ConnectionStrings__Postgres", ("Storage__StartTimeoutSeconds", "0"),
            ("ConnectionStrings__Postgres",
                string.Format(CultureInfo.InvariantCulture, database, port)
                    + $";Username=a;Password={WrongSettings.Secret};Database=c"));
        Assert.DoesNotContain(WrongSettings.Secret, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Address_AtWhichAnotherListens_IsRefusedBeforeAnythingIsOpened()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await AssertRefused("ASPNETCORE_URLS", ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"));
        await AssertRefused("Metrics__Port", ("Metrics__Port", $"{port}"), ("Metrics__Address", "127.0.0.1"));
    }

    /// <summary>In Development a key lies beside the data, and somebody may have cut it short.</summary>
    [Fact]
    public async Task SigningKeyFile_OfAnotherLength_IsSaidToBeThat()
    {
        var data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "development-signing-key"), "short");
        var error = await AssertRefused(
            "Storage__Path", ("Storage__Path", data), ("ASPNETCORE_ENVIRONMENT", "Development"), ("Auth__SigningKey", ""));
        Assert.Contains("no usable signing key", error, StringComparison.Ordinal);
        Directory.Delete(data, recursive: true);
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
                await process.Stop();
            },
            ("ConnectionStrings__Postgres", $"Host=127.0.0.1;Port={port};Username=a;Password=b;Database=c"));
        Assert.Equal((0, ""), (exitCode, error));
    }

    /// <summary>The time that a refusal takes is printed, not asserted: on a quiet machine it is less than two seconds.</summary>
    private static async Task<string> AssertRefused(string named, params (string Name, string Value)[] settings)
    {
        var watch = Stopwatch.StartNew();
        var (exitCode, error) = await Program.Refuse(settings);
        Figures.Write(string.Create(CultureInfo.InvariantCulture, $"Refused {named} after {watch.Elapsed.TotalSeconds:0.0} s"));
        Assert.Equal(1, exitCode);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(named, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        return error;
    }
}

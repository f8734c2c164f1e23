namespace OrleansCalls.Tests.Storage;

/// <summary>The silo as a program.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("Storage__Path", "/proc/1/nothere")]
    [InlineData("Storage__Synchronous", "maybe")]
    [InlineData("ConnectionStrings__Postgres", "postgres://calls@db")]
    [InlineData("History__RetentionDays", "0")]
    [InlineData("ASPNETCORE_URLS", "nonsense")]
    [InlineData("ASPNETCORE_URLS", "http://127.0.0.1:99999")]
    [InlineData("ASPNETCORE_URLS", "http://192.0.2.1:5081")]
    [InlineData("Cluster__KeyFile", "/nowhere/silo.key")]
    public async Task WrongSetting_OneSentenceOnStandardErrorAndExitCode1(string setting, string value)
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-");
        Assert.Contains(setting, await Refusal(folder, (setting, value)), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task WrongSettingInTheFile_IsNamedToo_AndGivesWayToTheEnvironment()
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "appsettings.json"),
            """{ "History": { "RetentionDays": 0 }, "Storage": { "Synchronous": "maybe" } }""");
        Assert.StartsWith(
            "History__RetentionDays", await Refusal(folder, ("Storage__Synchronous", "full")), StringComparison.Ordinal);
        Assert.StartsWith(
            "Storage__Synchronous", await Refusal(folder, ("History__RetentionDays", "1")), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>
    /// As a person reads them, as a collector does and as systemd's journal does; with date and zone,
    /// which the journal has by itself.
    /// </summary>
    [Theory]
    [InlineData(
        "simple",
        @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d info: .*\[5310\] orleans-calls-silo \S+ started: http://127\.0\.0\.1:\d+, member of cluster orleans-calls as 127\.0\.0\.1:\d+$")]
    [InlineData(
        "json",
        @"^\{""Timestamp"":""\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:\\u002B|-)\d\d:\d\d"",""EventId"":5310,""LogLevel"":""Information"",.*""Program"":""orleans-calls-silo"".*\}$")]
    [InlineData("systemd", @"^<6>OrleansCalls\.Silo\.ProcessNotice\[5310\] orleans-calls-silo ")]
    public async Task Formatter_IsObeyed(string formatter, string expected)
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-");
        await using var process = Start(folder, ("Logging__Console__FormatterName", formatter));
        Assert.Matches(expected, await process.Line("5310"));
        process.Signal("TERM");
        var (code, output, error) = await process.End();
        if (formatter == "json")
            Assert.All(
                output.Split('\n', StringSplitOptions.RemoveEmptyEntries),
                line => System.Text.Json.JsonDocument.Parse(line).Dispose());
        Assert.Equal((0, ""), (code, error));
        folder.Delete(recursive: true);
    }

    private static ChildProcess Start(DirectoryInfo folder, (string Name, string Value) setting) => ChildProcess.Start(
        ChildProcess.Dotnet("OrleansCalls.Silo.dll"), [("ASPNETCORE_URLS", "http://127.0.0.1:0"), setting], folder.FullName);

    /// <summary>What the program says before it ends.</summary>
    private static async Task<string> Refusal(DirectoryInfo folder, (string Name, string Value) setting)
    {
        await using var process = Start(folder, setting);
        var (code, _, error) = await process.End();
        Assert.Equal(1, code);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}

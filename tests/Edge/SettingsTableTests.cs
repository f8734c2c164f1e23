using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using OrleansCalls.Calls;
using OrleansCalls.Silo;
using OrleansCalls.Silo.Settings;
using OrleansCalls.Silo.Webhooks;

namespace OrleansCalls.Tests.Edge;

/// <summary>
/// <c>docs/settings.md</c> has every setting of both programs, with the default and the range that the code has.
/// </summary>
public sealed partial class SettingsTableTests
{
    /// <summary>Settings that are others' own, or are read where no options are.</summary>
    private static readonly string[] Elsewhere =
    [
        "ASPNETCORE_URLS", "ASPNETCORE_ENVIRONMENT", "ASPNETCORE_FORWARDEDHEADERS_ENABLED", "ConnectionStrings__Postgres",
        "Logging__LogLevel__OrleansCalls",
        "Logging__Console__FormatterName", "Logging__Console__FormatterOptions__IncludeScopes",
    ];

    /// <summary>ASPNETCORE_FORWARDEDHEADERS_ENABLED, as the host's configuration has it.</summary>
    private const string WithoutPrefix = "FORWARDEDHEADERS_ENABLED";

    private static readonly Dictionary<string, Row> Table = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "settings.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => new Row(cells[3], cells[4]));

    public static TheoryData<string> Documented => [.. Table.Keys.Except(Elsewhere)];

    [Fact]
    public void EverySetting_IsInTheTable_AndNoOther() =>
        Assert.Equal(SettingsOfCode.All.Keys.Except([WithoutPrefix]).Concat(Elsewhere).Order(), Table.Keys.Order());

    [Fact]
    public void EveryClassOfOptions_IsLookedAt()
    {
        var all = new[]
        {
            typeof(Gateway.GatewayApp), typeof(Silo.CallSilo), typeof(CallGrains),
        }.SelectMany(type => type.Assembly.GetTypes())
            .Where(type => type.Namespace?.StartsWith("OrleansCalls", StringComparison.Ordinal) == true)
            .Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal));
        Assert.Empty(all.Except(SettingsOfCode.Types).Select(type => type.FullName));
    }

    [Theory, MemberData(nameof(Documented))]
    public void Default_IsThatOfTheTable(string setting)
    {
        var row = Table[setting];
        if (First().Match(row.Default) is { Success: true } standard)
        {
            Assert.Equal(SettingsOfCode.Read(setting, null), SettingsOfCode.Read(setting, standard.Groups[1].Value));
            return;
        }

        Assert.StartsWith("none", row.Default, StringComparison.Ordinal);
        var given = Range().Match(row.MayBe) is { Success: true } range ? range.Groups[1].Value : "nonsense";
        Assert.True(SettingsOfCode.IsUnset(setting, given), $"{setting} has a default that the table does not name.");
    }

    [Theory, MemberData(nameof(Documented))]
    public void Values_ThatMayBe_AreTaken_AndOthersAreNot(string setting)
    {
        var may = Table[setting].MayBe;
        if (Range().Match(may) is { Success: true } range)
        {
            var (least, most) = (range.Groups[1].Value, range.Groups[2].Value);
            SettingsOfCode.Read(setting, least);
            var read = SettingsOfCode.Read(setting, most);
            if (most.Contains(':', StringComparison.Ordinal))
                Assert.Equal(read, SettingsOfCode.Read(setting, Number(setting, most)));
            IsRefused(setting, Beside(least, -1));
            IsRefused(setting, Beside(most, 1));
            IsRefused(setting, "some");
        }
        else if (Words().IsMatch(may))
        {
            foreach (Match word in Word().Matches(may))
                SettingsOfCode.Read(setting, word.Groups[1].Value);
            IsRefused(setting, "nonsense");
        }
    }

    [Fact]
    public void AllThatIsWrong_IsSaidAtOnce()
    {
        var given = new Dictionary<string, string?>
        {
            ["Silo:Port"] = "70000", ["Silo:DrainSeconds"] = "11:00", ["Calls:Ring"] = "1:2:3:4:5",
            ["Webhooks:LegacyHeaders"] = "maybe",
        };
        var wrong = Assert.Throws<SettingException>(() => SettingsReader.Read(
            new ConfigurationBuilder().AddInMemoryCollection(given).Build(),
            settings => (SiloOptions.Read(settings), CallSettings.Read(settings), WebhookOptions.Read(settings))));
        Assert.Equal(
            """
            Silo__Port must be a whole number from 0 to 65535, not '70000'.
            Silo__DrainSeconds must be a time from 00:00:01 to 00:10:00, or a number of seconds, not '11:00'.
            Calls__Ring must be a time from 00:00:10 to 00:03:00, or a number of seconds, not '1:2:3:4:5'.
            Webhooks__LegacyHeaders must be true or false, not 'maybe'.
            """,
            string.Join('\n', wrong.Sentences));
    }

    [Theory]
    [InlineData("90", 90)]
    [InlineData("00:01:30.5", 90.5)]
    [InlineData("24:00:00", 86_400)]
    [InlineData("100:00:01", 360_001)]
    [InlineData("2.01:00:00", 176_400)]
    public void Time_IsASpan_OrSeconds_AndMayHaveManyHours(string text, double seconds) =>
        Assert.Equal(
            TimeSpan.FromSeconds(seconds),
            SettingsReader.Read(Given(("A:Time", text)), settings => settings.Time("A__Time", 1, 0, 1e6)));

    [Fact]
    public void List_IsOneText_ElseItsMembers_WhichMayHoldCommas()
    {
        Assert.Equal("cn=bob,ou=x b", Read(("A:List:0", "cn=bob,ou=x"), ("A:List:1", "b")));
        Assert.Equal("c d", Read(("A:List:0", "a"), ("A:List", "c, d,")));

        static string Read(params (string, string)[] given) =>
            string.Join(' ', SettingsReader.Read(Given(given), settings => settings.List("A__List")));
    }

    [Fact]
    public void Calls_WithoutSettings_HaveTheDefaultsOfTheGrains() =>
        Assert.Equal(new CallOptions(), SettingsReader.Read(new ConfigurationBuilder().Build(), CallSettings.Read));

    private static IConfiguration Given(params (string Name, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build();

    private static void IsRefused(string setting, string value)
    {
        var refused = Assert.Throws<SettingException>(() => SettingsOfCode.Read(setting, value));
        Assert.Contains(setting, Assert.Single(refused.Sentences), StringComparison.Ordinal);
    }

    /// <summary>A time as a plain number of the unit that the setting's name ends with.</summary>
    private static string Number(string setting, string time) => (TimeSpan.Parse(time, CultureInfo.InvariantCulture) / (
        setting.EndsWith("Days", StringComparison.Ordinal) ? TimeSpan.FromDays(1)
        : setting.EndsWith("Hours", StringComparison.Ordinal) ? TimeSpan.FromHours(1)
        : setting.EndsWith("Minutes", StringComparison.Ordinal) ? TimeSpan.FromMinutes(1)
        : TimeSpan.FromSeconds(1))).ToString(CultureInfo.InvariantCulture);

    /// <summary>The next value in that direction, as finely as the setting is given.</summary>
    private static string Beside(string value, int direction) => value.Contains(':', StringComparison.Ordinal)
        ? (TimeSpan.Parse(value, CultureInfo.InvariantCulture) + TimeSpan.FromMilliseconds(direction)).ToString(
            "c", CultureInfo.InvariantCulture)
        : (decimal.Parse(value, CultureInfo.InvariantCulture)
            + (value.Contains('.', StringComparison.Ordinal) ? 0.01m : 1) * direction)
            .ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^`([^`]*)`")]
    private static partial Regex First();

    [GeneratedRegex("^`([^`]+)` to `([^`]+)`$")]
    private static partial Regex Range();

    [GeneratedRegex("^`[a-z0-9./_]+`((,| or) `[a-z0-9./_]+`)+$")]
    private static partial Regex Words();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Word();

    private sealed record Row(string Default, string MayBe);
}

using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Tests.Edge;

/// <summary><c>docs/settings.md</c> has every setting of both programs, with the default and the range that the code has.</summary>
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
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split('|', StringSplitOptions.TrimEntries))
        .ToDictionary(cells => cells[1].Trim('`'), cells => new Row(cells[3], cells[4]));

    public static TheoryData<string> Documented => [.. Table.Keys.Except(Elsewhere)];

    [Fact]
    public void EverySetting_IsInTheTable_AndNoOther() =>
        Assert.Equal(SettingsOfCode.All.Keys.Except([WithoutPrefix]).Concat(Elsewhere).Order(), Table.Keys.Order());

    [Fact]
    public void EveryClassOfOptions_IsLookedAt()
    {
        var all = new[] { typeof(Gateway.GatewayApp), typeof(Silo.CallSilo), typeof(CallGrains) }.SelectMany(type => type.Assembly.GetTypes())
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
        Assert.True(SettingsOfCode.IsUnset(setting), $"{setting} has a default that the table does not name.");
    }

    [Theory, MemberData(nameof(Documented))]
    public void Values_ThatMayBe_AreTaken_AndOthersAreNot(string setting)
    {
        var may = Table[setting].MayBe;
        if (Range().Match(may) is { Success: true } range)
        {
            var (least, most) = (range.Groups[1].Value, range.Groups[2].Value);
            SettingsOfCode.Read(setting, least);
            SettingsOfCode.Read(setting, most);
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

    private static void IsRefused(string setting, string value)
    {
        var refused = Assert.ThrowsAny<Exception>(() => SettingsOfCode.Read(setting, value));
        var sentence = refused is OptionsValidationException options ? Assert.Single(options.Failures) : refused.Message;
        Assert.Contains(setting.Replace("__", ":", StringComparison.Ordinal), sentence.Replace("__", ":", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    /// <summary>The next value in that direction, as finely as the setting is given.</summary>
    private static string Beside(string value, int direction) => value.Contains(':', StringComparison.Ordinal)
        ? (TimeSpan.Parse(value, CultureInfo.InvariantCulture) + TimeSpan.FromMilliseconds(direction)).ToString("c", CultureInfo.InvariantCulture)
        : (decimal.Parse(value, CultureInfo.InvariantCulture) + (value.Contains('.', StringComparison.Ordinal) ? 0.01m : 1) * direction)
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

using System.Diagnostics;

namespace OrleansCalls.Storage.Tests;

/// <summary>The silo as a program.</summary>
public sealed class ProgramTests
{
    [Theory]
    [InlineData("Storage__Path", "/proc/1/nothere")]
    [InlineData("Storage__Synchronous", "maybe")]
    [InlineData("ConnectionStrings__Postgres", "postgres://calls@db")]
    [InlineData("History__RetentionDays", "0")]
    public async Task WrongSetting_OneSentenceOnStandardErrorAndExitCode1(string setting, string value)
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-");
        Assert.StartsWith(setting, await Refusal(folder, (setting, value)), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task WrongSettingInTheFile_IsNamedToo_AndGivesWayToTheEnvironment()
    {
        var folder = Directory.CreateTempSubdirectory("orleanscalls-");
        await File.WriteAllTextAsync(
            Path.Combine(folder.FullName, "appsettings.json"), """{ "History": { "RetentionDays": 0 }, "Storage": { "Synchronous": "maybe" } }""");
        Assert.StartsWith("History__RetentionDays", await Refusal(folder, ("Storage__Synchronous", "full")), StringComparison.Ordinal);
        Assert.StartsWith("Storage__Synchronous", await Refusal(folder, ("History__RetentionDays", "1")), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    /// <summary>What the program says before it ends.</summary>
    private static async Task<string> Refusal(DirectoryInfo folder, (string Name, string Value) setting)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Silo.dll")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", [setting.Name] = setting.Value },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        Assert.Equal(1, process.ExitCode);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}

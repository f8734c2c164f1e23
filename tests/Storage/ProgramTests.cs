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
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "OrleansCalls.Silo.dll")])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder.FullName,
            Environment = { ["ASPNETCORE_URLS"] = "http://127.0.0.1:0", [setting] = value },
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await output;
        await process.WaitForExitAsync();
        folder.Delete(recursive: true);
        Assert.Equal(1, process.ExitCode);
        Assert.StartsWith(setting, Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }
}

using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>The service as a .NET tool: packed, installed into an empty folder, started, used and stopped.</summary>
public sealed partial class ToolTests : IDisposable
{
    private const long LargestPackage = 25L << 20;
    private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-tool-").FullName;

    [Fact]
    public async Task Tool_Installs_SaysWhatItIs_AndServesWithDataInTheUsersFolder()
    {
        await Run(
            "dotnet", "pack", Repository.Full("clients/tool"), "-c", Configuration, "--no-build", "--nologo", "-o",
            Path.Combine(_folder, "packages"));
        var package = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "packages"), "*.nupkg"));
        Assert.InRange(new FileInfo(package).Length, 1, LargestPackage);
        var version = Path.GetFileNameWithoutExtension(package)["OrleansCalls.Tool.".Length..];
        await Run(
            "dotnet", "tool", "install", "OrleansCalls.Tool", "--tool-path", Path.Combine(_folder, "tools"), "--source",
            Path.Combine(_folder, "packages"),
            "--version", version);
        var command = Path.Combine(_folder, "tools", "orleanscalls");
        Assert.Equal(version, (await Run(command, "--version")).Trim());
        Assert.Contains("Push__WebPush__PrivateKey=", await Run(command, "vapid"), StringComparison.Ordinal);
        var help = await Run(command, "--help");
        Assert.Contains("orleanscalls [command] [options]", help, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_folder, "data", "orleanscalls"), help, StringComparison.Ordinal);

        await using var service = Start(command, "--urls=http://127.0.0.1:0");
        var address = Listening().Match(await service.Line("listening on: ")).Groups[1].Value;
        using var http = new HttpClient { BaseAddress = new Uri(address) };
        await service.Line("Application started");
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/health/ready")).StatusCode);
        using var token = await http.PostAsync(
            "/dev/token", new StringContent("""{"userId":"alice"}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        Assert.Contains($"\"version\":\"{version}\"", await http.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api-reference/scalar.js")).StatusCode);
        Assert.True(File.Exists(Path.Combine(_folder, "data", "orleanscalls", "calls.db")));
        Assert.Equal(0, await service.Stop());
    }

    [Theory]
    [InlineData("start")]
    [InlineData("--urls")]
    public async Task WrongArgument_IsNamed(string argument)
    {
        var program = Repository.Full($"artifacts/bin/OrleansCalls.Tool/{Configuration.ToLowerInvariant()}/orleanscalls.dll");
        await using var process = Start("dotnet", program, argument);
        var (code, _, error) = await process.End();
        Assert.Equal(2, code);
        Assert.Contains($"'{argument}'", error, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private async Task<string> Run(string program, params string[] arguments)
    {
        await using var process = Start(program, arguments);
        var (code, output, error) = await process.End();
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{error}");
        return output;
    }

    private ChildProcess Start(string program, params string[] arguments) => ChildProcess.Start([program, .. arguments],
    [
        ("XDG_DATA_HOME", Path.Combine(_folder, "data")),
        // What is in the user's own caches under this version is of another build.
        ("NUGET_PACKAGES", Path.Combine(_folder, "cache")),
        ("ASPNETCORE_ENVIRONMENT", null), ("ASPNETCORE_URLS", null),
    ], _folder);

    [GeneratedRegex(@"listening on: (http://\S+)")]
    private static partial Regex Listening();
}

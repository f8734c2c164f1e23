using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansCalls.Gateway;
using OrleansCalls.Silo.Settings;

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// Every setting of the table with five wrong values each, in this process: the program ends with 1 and one
/// sentence that names the setting, shows no secret, and has opened nothing. <see cref="SettingTests"/> does some
/// of the same with the program itself.
/// </summary>
[Collection(Name)]
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SettingTableTests : IDisposable
{
    private const string Name = "standard error";
    private readonly TextWriter _error = Console.Error;
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;

    public static TheoryData<string> All => [.. WrongSettings.Table.Keys];

    [Theory, MemberData(nameof(All))]
    public async Task ValueThatIsWrong_IsOneSentenceThatNamesTheSetting(string setting)
    {
        var values = WrongSettings.Of(setting);
        Assert.True(values.Length >= 5);
        foreach (var value in values)
        {
            var (exitCode, error) = await Run([.. WrongSettings.With(setting), (setting, value)]);
            var said = $"{setting}={value}: {error}";
            Assert.True(exitCode == 1, said);
            Assert.True(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length == 1, said);
            Assert.True(error.Contains(setting, StringComparison.Ordinal), said);
            Assert.False(error.Contains("   at ", StringComparison.Ordinal), said);
            Assert.False(error.Contains(WrongSettings.Secret, StringComparison.Ordinal), said);
            Assert.False(error.Contains(Program.SigningKey, StringComparison.Ordinal), said);
        }
    }

    [Theory]
    [InlineData("Calls__Rings", "Calls__Ring")]
    [InlineData("calls__rnig", "Calls__Ring")]
    [InlineData("Call__Ring", "Calls__Ring")]
    [InlineData("Gateway__MaxConections", "Gateway__MaxConnections")]
    [InlineData("Push__WebPush__PrivatKey", "Push__WebPush__PrivateKey")]
    [InlineData("ConnectionString__Postgres", "ConnectionStrings__Postgres")]
    [InlineData("ConnectionStrings__Postgresql", "ConnectionStrings__Postgres")]
    [InlineData("Rooms__7__Member", "Rooms__0__Members")]
    [InlineData("Calls__Ring__0", "Calls__Ring")]
    public async Task NameThatIsMisspelt_IsRefused_WithTheOneThatWasMeant(string given, string meant)
    {
        var (exitCode, error) = await Run((given, WrongSettings.Secret));
        Assert.Equal((1, $"{given} is no setting: did you mean {meant}?\n"), (exitCode, error));
    }

    [Fact]
    public async Task NameLikeNone_IsRefused_AndTheTableIsNamed()
    {
        var (exitCode, error) = await Run(("Gateway__UseTheForce", "1"));
        Assert.Equal((1, "Gateway__UseTheForce is no setting; docs/settings.md has them all.\n"), (exitCode, error));
    }

    /// <summary>The environment holds what is of others, and lists may be numbered.</summary>
    [Theory]
    [InlineData("PATH")]
    [InlineData("GATEWAY_PORT")]
    [InlineData("Gateway")]
    [InlineData("Other:Ring")]
    [InlineData("ConnectionStrings:Warehouse")]
    [InlineData("Logging:LogLevel:OrleansCall")]
    [InlineData("Kestrel:Certificates:Default:Path")]
    [InlineData("Cors:Origins:3")]
    [InlineData("Rooms:12:Members:0")]
    [InlineData("rooms:12:id")]
    public void NameOfOthers_AndOfLists_IsTaken(string key) => Assert.Null(SettingNames.Fault(key, "value"));

    public void Dispose()
    {
        Console.SetError(_error);
        Directory.Delete(_data, recursive: true);
    }

    private async Task<(int ExitCode, string Error)> Run(params (string Name, string Value)[] settings)
    {
        var given = new Dictionary<string, string>
        {
            ["urls"] = "http://127.0.0.1:0", ["environment"] = "Production", ["Storage:Path"] = _data,
            ["Auth:SigningKey"] = Program.SigningKey,
        };
        foreach (var (name, value) in settings)
            given[Key(name)] = value;
        await using var error = new StringWriter();
        Console.SetError(error);
        var exitCode = await GatewayApp.Run(
            [.. given.Select(setting => $"--{setting.Key}={setting.Value}")],
            // One that starts all the same is told to stop.
            builder => builder.Services.AddHostedService<StopAtOnce>());
        return (exitCode, error.ToString());
    }

    private static string Key(string name) => name switch
    {
        "ASPNETCORE_URLS" => "urls",
        "ASPNETCORE_ENVIRONMENT" => "environment",
        _ => name.Replace("ASPNETCORE_", "", StringComparison.Ordinal).Replace("__", ":", StringComparison.Ordinal),
    };

    private sealed class StopAtOnce(IHostApplicationLifetime lifetime) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

namespace OrleansCalls.Tests.Support;

/// <summary>The program itself, to be killed without a warning and started again on the same data and port.</summary>
/// <param name="host">A name of the loopback interface: a browser takes <c>localhost</c> for a secure context.</param>
/// <param name="settings">Beside the place of its data, and logs of nothing but errors.</param>
public sealed class GatewayProcess(string host, params (string Name, string Value)[] settings) : IAsyncDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("orleanscalls-").FullName;
    private ChildProcess? _process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; } = new($"http://{host}:{Ports.Free()}/");

    /// <summary>Starts it and waits until it is ready.</summary>
    public async Task<GatewayProcess> Run()
    {
        _process = ChildProcess.Start(ChildProcess.Dotnet("OrleansCalls.Gateway.dll"),
        [
            ("ASPNETCORE_URLS", Address.ToString()), ("Storage__Path", _data), ("Logging__LogLevel__Default", "Error"),
            .. settings,
        ]);
        await _process.Ready(Address);
        return this;
    }

    /// <summary>Ends it as a crash does.</summary>
    public void Kill()
    {
        _process?.Dispose();
        _process = null;
    }

    /// <summary>Ends it, and its data are gone.</summary>
    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_data, recursive: true);
        return ValueTask.CompletedTask;
    }
}

namespace OrleansCalls.Tests.Hostile;

/// <summary>
/// The program itself in Production settings, as a process of its own: what it logs, how it ends, how much memory it takes.
/// </summary>
public sealed class Program : IAsyncDisposable
{
    public const string SigningKey = "a key for hostile tests, long enough for HS256";

    private readonly Place _place;
    private readonly ChildProcess _process;

    private Program(ChildProcess process, Uri address, Place place)
    {
        (_process, Address, _place) = (process, address, place);
        Http = new HttpClient(new SocketsHttpHandler { UseCookies = false })
        {
            BaseAddress = address, Timeout = TimeSpan.FromMinutes(1),
        };
    }

    public Uri Address { get; }

    public HttpClient Http { get; }

    /// <summary>All lines so far, of both streams.</summary>
    public IReadOnlyCollection<string> Log => _process.Lines;

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Time of processors that it has used.</summary>
    public TimeSpan Processors => _process.Processors;

    /// <summary>Resident memory, in bytes.</summary>
    public long Memory => _process.Memory;

    /// <summary>Starts it in a place of its own and waits until it is ready.</summary>
    public static Task<Program> Start(params (string Name, string Value)[] settings) => Start(Place.Of(owned: true), settings);

    /// <summary>Starts it and waits until it is ready.</summary>
    public static async Task<Program> Start(Place place, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}/");
        var program = new Program(Run(address.ToString(), place, settings), address, place);
        try
        {
            await program._process.Ready(address);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async Task<bool> IsReady()
    {
        try
        {
            using var answer = await Http.GetAsync("health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet, or no more.
            return false;
        }
    }

    /// <summary>Runs it with settings that do not let it start.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static Task<(int ExitCode, string Error)> Refuse(params (string Name, string Value)[] settings) =>
        End(_ => Task.CompletedTask, settings);

    /// <summary>Runs it until it ends.</summary>
    /// <returns>How it ended, and what it said on standard error.</returns>
    public static async Task<(int ExitCode, string Error)> End(
        Func<ChildProcess, Task> meanwhile, params (string Name, string Value)[] settings)
    {
        using var place = Place.Of(owned: true);
        return await End(place, meanwhile, settings);
    }

    /// <summary>Runs it in a place until it ends.</summary>
    public static async Task<(int ExitCode, string Error)> End(
        Place place, Func<ChildProcess, Task> meanwhile, params (string Name, string Value)[] settings)
    {
        await using var process = Run("http://127.0.0.1:0", place, settings);
        await meanwhile(process);
        var (code, _, error) = await process.End();
        return (code, error);
    }

    /// <summary>Sends it a signal, such as TERM or STOP.</summary>
    public void Signal(string name) => _process.Signal(name);

    /// <summary>Waits for its end.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> Ended() => _process.Exited();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _process.DisposeAsync();
        if (_place.IsOwned)
            _place.Dispose();
    }

    private static ChildProcess Run(string urls, Place place, (string Name, string Value)[] settings) => ChildProcess.Start(
        [.. place.Before, .. ChildProcess.Dotnet("OrleansCalls.Gateway.dll")],
        [
            ("ASPNETCORE_URLS", urls), ("ASPNETCORE_ENVIRONMENT", "Production"), ("Storage__Path", place.Folder),
            ("Auth__SigningKey", SigningKey),
            ("Gateway__DrainSeconds", "1"), .. settings,
        ]);
}

using System.Collections.Concurrent;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>A small application with nothing but Socket.IO in it, on a port of its own.</summary>
public sealed class TestServer : IAsyncDisposable
{
    public const string AllowedOrigin = "https://app.example.org";

    public static readonly TimeSpan Patience = Until.Patience;

    private readonly ConcurrentQueue<string> _errors = new();
    private WebApplication _app = null!;

    private TestServer(TimeProvider time) => Time = time;

    /// <summary>Its clock, which stands unless a test asked for the real one.</summary>
    public TimeProvider Time { get; }

    public TestHandler Handler => (TestHandler)_app.Services.GetRequiredService<ISocketIoHandler>();

    public Uri Address { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public int SessionCount => _app.Services.GetRequiredService<EngineSessions>().Count;

    /// <summary>What the application did wrong, as its log has it.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Whether a defect of the handler is part of the test.</summary>
    public bool HasDefects { get; set; }

    public static async Task<TestServer> Start(SocketIoOptions? options = null, TimeProvider? time = null, int port = 0)
    {
        var server = new TestServer(time ?? new TestTime());
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.Logging.ClearProviders().AddProvider(new ErrorLog(server._errors));
        builder.Services.AddSingleton(server.Time);
        builder.Services.AddSocketIo<TestHandler>(options ?? new SocketIoOptions());
        builder.Services.AddCors(all => all.AddDefaultPolicy(policy => policy.WithOrigins(AllowedOrigin)));
        var app = server._app = builder.Build();
        app.UseRouting();
        app.UseCors();
        app.MapSocketIo();
        await app.StartAsync();
        server.Address = new Uri(app.Urls.Single());
        server.Http = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
        return server;
    }

    public Task<PollingClient> Poll(string token = "good") => PollingClient.Connect(this, token);

    public Task<WireClient> Wire(string token = "good") => WireClient.Connect(this, token);

    /// <summary>A WebSocket to the path with this query.</summary>
    public async Task<ClientWebSocket> Open(string query)
    {
        var socket = new ClientWebSocket();
        using var patience = new CancellationTokenSource(Patience);
        await socket.ConnectAsync(new Uri($"ws://{Address.Authority}/socket.io/{query}"), patience.Token);
        return socket;
    }

    public Task Stop() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Handler.Gate.TrySetResult();
        await Stopped();
        Assert.Equal(0, SessionCount);
        await _app.DisposeAsync();
        Http.Dispose();
        if (!HasDefects)
            Assert.Empty(_errors);
    }

    // Clients that the test has left alone have their time to take the last packets, and only that passes here.
    private async Task Stopped()
    {
        var stop = Stop();
        while (Time is TestTime time && !stop.IsCompleted)
        {
            time.Step(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await stop;
    }

    private sealed class ErrorLog(ConcurrentQueue<string> errors) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (logLevel >= LogLevel.Error)
                errors.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception?.GetType().Name}");
        }

        public void Dispose()
        {
        }
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Tests.Cluster;

/// <summary>
/// A device as a good app has it: connects again by itself, anywhere, names what it has seen, sends a command again that was
/// refused as unavailable, and writes down what it is told.
/// </summary>
public sealed class Phone : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly IReadOnlyList<Node> _gateways;
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Heard> _calls = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource<HubClient> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _life = Task.CompletedTask;
    private readonly ConcurrentQueue<string> _refusals = [];
    private readonly Random _random;
    private int _repeats;

    private Phone(string userId, IReadOnlyList<Node> gateways) =>
        (UserId, _gateways, _random) = (userId, gateways, Chance.Of(userId));

    public string UserId { get; }

    /// <summary>How often a command had to be sent again.</summary>
    public int Repeats => _repeats;

    /// <summary>What was answered as <c>unavailable</c>.</summary>
    public IReadOnlyCollection<string> Refusals => _refusals;

    public static async Task<Phone> SwitchOn(string userId, IReadOnlyList<Node> gateways)
    {
        var phone = new Phone(userId, gateways);
        phone._life = phone.Live();
        await phone._client.Task.WaitAsync(Patience);
        return phone;
    }

    /// <summary>What it knows of a call.</summary>
    public Heard Of(string callId)
    {
        lock (_lock)
            return _calls.GetValueOrDefault(callId, Heard.Nothing);
    }

    /// <summary>Waits until it knows enough of a call.</summary>
    public async Task<Heard> Until(string callId, string what, Func<Heard, bool> enough)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            Task news;
            lock (_lock)
            {
                if (enough(_calls.GetValueOrDefault(callId, Heard.Nothing)))
                    return _calls[callId];
                news = _news.Task;
            }

            var left = Patience - watch.Elapsed;
            try
            {
                await news.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
            }
            catch (TimeoutException late)
            {
                throw new TimeoutException($"{UserId} was never told of {callId}: {what}. It knows {Of(callId)}.", late);
            }
        }
    }

    /// <summary>Sends a command once.</summary>
    /// <exception cref="HubException">It was refused, or the connection ended.</exception>
    public async Task<JsonNode?> Once(string method, object argument)
    {
        var client = await _client.Task.WaitAsync(Patience);
        return await client.Call(method, argument);
    }

    /// <summary>Sends a command until it is carried out or refused for good.</summary>
    /// <exception cref="HubException">It was refused.</exception>
    public async Task<JsonNode?> Do(string method, object argument)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                var client = await _client.Task.WaitAsync(Patience);
                return await client.Call(method, argument);
            }
            catch (Exception exception) when (MayRepeat(exception) && watch.Elapsed < Patience)
            {
                Interlocked.Increment(ref _repeats);
                if (exception.Message.Contains("unavailable: ", StringComparison.Ordinal))
                    _refusals.Enqueue($"{method} of {UserId}: {exception.Message}");
                await BackOff(500);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_client.Task.IsCompletedSuccessfully)
            await (await _client.Task).DisposeAsync();
        await _life;
        _end.Dispose();
    }

    private static bool MayRepeat(Exception exception) => exception switch
    {
        HubException refused => refused.Message == "closed" || refused.Message.Contains("unavailable: ", StringComparison.Ordinal)
            || refused.Message.Contains("rate_limited: ", StringComparison.Ordinal),
        TimeoutException or WebSocketException or ObjectDisposedException or InvalidOperationException => true,
        _ => false,
    };

    private async Task Live()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                var running = _gateways.Where(gateway => gateway.IsRunning).ToArray();
                if (running.Length == 0)
                    throw new WebSocketException("No gateway runs.");
                string seqs;
                lock (_lock)
                    seqs = string.Join(
                        ',',
                        _calls.Where(call => call.Value is { Ended: null, Seq: > 0 })
                            .Select(call => $"{call.Key}:{call.Value.Seq}"));
                var client = await HubClient.Connect(
                    running[Next(0, running.Length)].Address, Service.Token(UserId), "d-" + UserId,
                    seqs.Length == 0 ? null : "&seqs=" + seqs);
                var told = client.All();
                await foreach (var (name, payload) in told)
                {
                    Hear(name, payload);
                    // Before its first event a connection is not one yet.
                    if (name == "OpenCalls")
                        _client.TrySetResult(client);
                    // It stays for as long as it is told to, and goes on with what it does.
                    if (name == "Reconnect")
                        _ = Leave(client, TimeSpan.FromMilliseconds((int)payload["afterMs"]!));
                }

                if (_client.Task.IsCompleted)
                    _client = new(TaskCreationOptions.RunContinuationsAsynchronously);
                await client.DisposeAsync();
            }
            catch (Exception exception)
                when (exception is WebSocketException or OperationCanceledException or HttpRequestException)
            {
                // No gateway, or one that is going: another one, in a moment.
            }

            if (!_end.IsCancellationRequested)
                await BackOff(1000);
        }
    }

    // As a good app waits before it tries again, so that not all come at once.
    private Task BackOff(int mostMs) => Task.Delay(TimeSpan.FromMilliseconds(Next(100, mostMs)), TimeProvider.System);

    // Commands and the connection choose on threads of their own.
    private int Next(int from, int to)
    {
        lock (_lock)
            return _random.Next(from, to);
    }

    private async Task Leave(HubClient client, TimeSpan after)
    {
        try
        {
            // The gateway names the moment to leave.
            await Task.Delay(after, TimeProvider.System, _end.Token);
            await client.DisposeAsync();
        }
        catch (OperationCanceledException)
        {
            // It is switched off.
        }
    }

    private void Hear(string name, JsonNode payload)
    {
        lock (_lock)
        {
            if (name == "OpenCalls")
            {
                foreach (var call in payload["calls"]!.AsArray())
                {
                    foreach (var missed in call!["events"]?.AsArray() ?? [])
                        Note((string)missed!["event"]!, missed["payload"]!);
                    Note("OpenCalls", call);
                }
            }
            else if (payload["callId"] is not null)
            {
                Note(name, payload);
            }

            _news.TrySetResult();
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private void Note(string name, JsonNode payload)
    {
        var callId = (string)payload["callId"]!;
        _calls[callId] = _calls.GetValueOrDefault(callId, Heard.Nothing).With(name, payload, TimeProvider.System.GetUtcNow());
    }
}

/// <summary>What a phone has been told of one call.</summary>
public sealed record Heard
{
    public static readonly Heard Nothing = new();

    public long Seq { get; private init; }

    public bool Incoming { get; private init; }

    public bool Accepted { get; private init; }

    public bool Rejected { get; private init; }

    private long EndSeq { get; init; }

    /// <summary>Why it ended, as it was told first.</summary>
    public string? Ended { get; private init; }

    public DateTimeOffset EndedAt { get; private init; }

    /// <summary>What no phone may ever be told: two ends, or a ring behind the end.</summary>
    public string? Wrong { get; private init; }

    public Heard With(string name, JsonNode payload, DateTimeOffset now)
    {
        var seq = (long?)payload["seq"] ?? 0;
        var heard = this with { Seq = Math.Max(Seq, seq) };
        var state = (string?)payload["state"];
        var end = name == "CallEnded" ? (string?)payload["reason"] : state == "ended" ? (string?)payload["endReason"] : null;
        if (end is not null)
        {
            if (Ended is null)
                return heard with { Ended = end, EndedAt = now, EndSeq = seq };
            return end == Ended && (seq == EndSeq || name != "CallEnded")
                ? heard
                : heard with { Wrong = $"ended {Ended} with event {EndSeq}, then {end} with {seq}" };
        }

        if (Ended is not null && (name == "CallIncoming" || state is "ringing" or "connecting" or "active"))
            return heard with { Wrong = $"{name} {state} after its end" };
        return name switch
        {
            "CallIncoming" => heard with { Incoming = true },
            "CallAccepted" => heard with { Accepted = true },
            "CallRejected" => heard with { Rejected = true },
            "OpenCalls" => heard with { Incoming = true, Accepted = Accepted || state is "connecting" or "active" },
            _ => heard,
        };
    }
}

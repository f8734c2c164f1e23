using System.Collections.Concurrent;
using System.Text.Json;
using System.Threading.Channels;

namespace OrleansCalls.Tests.SocketIo;

/// <summary>Does what a client's events ask for, and keeps what it was told.</summary>
public sealed class TestHandler : ISocketIoHandler
{
    private readonly Channel<(SocketIoSocket Socket, DisconnectReason Reason)> _ends =
        Channel.CreateUnbounded<(SocketIoSocket, DisconnectReason)>();

    /// <summary>Who is connected.</summary>
    public ConcurrentDictionary<string, SocketIoSocket> Sockets { get; } = new();

    /// <summary>What the clients' notes said, with who sent them.</summary>
    public ConcurrentQueue<(string SocketId, string Text)> Notes { get; } = new();

    /// <summary>Events named <c>wait</c> are over when this is.</summary>
    public TaskCompletionSource Gate { get; set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether the end of a socket waits for the gate too.</summary>
    public bool HoldsEnds { get; set; }

    public ValueTask<ConnectOutcome> OnConnect(SocketIoSocket socket, CancellationToken cancellation)
    {
        var token = socket.Handshake.Token;
        if (token == "throws")
            throw new InvalidOperationException("a defect");
        if (token is null || !token.StartsWith("good", StringComparison.Ordinal))
            return new(ConnectOutcome.Refused("The token is not valid.", token is null ? "no_token" : "bad_token"));
        if (token == "good-early")
        {
            socket.Emit("early", 1);
            socket.Emit("early", 2);
        }

        Sockets[socket.Id] = socket;
        return new(ConnectOutcome.Accepted);
    }

    public async Task OnEvent(SocketIoSocket socket, string name, IReadOnlyList<JsonElement> arguments, SocketIoAck? ack)
    {
        switch (name)
        {
            case "echo":
                ack?.Send([.. arguments.Cast<object?>()]);
                break;
            case "back":
                socket.Emit("back", [.. arguments.Cast<object?>()]);
                break;
            case "note":
                Notes.Enqueue((socket.Id, arguments[0].GetString()!));
                break;
            case "ask":
                var answer = await socket.EmitWithAck(TimeSpan.FromSeconds(30), "question", arguments[0]);
                ack!.Send([.. answer.Cast<object?>()]);
                break;
            case "leave":
                socket.Disconnect(mayReconnect: arguments[0].GetBoolean());
                break;
            case "wait":
                await Gate.Task;
                break;
            case "twice":
                ack!.Send(1);
                Assert.False(ack.Send(2));
                break;
            default:
                throw new InvalidOperationException("a defect");
        }
    }

    public async Task OnDisconnected(SocketIoSocket socket, DisconnectReason reason)
    {
        Assert.True(Sockets.TryRemove(socket.Id, out _));
        await _ends.Writer.WriteAsync((socket, reason));
        if (HoldsEnds)
            await Gate.Task;
    }

    /// <summary>Why the next socket was over.</summary>
    public async Task<DisconnectReason> NextEnd() =>
        (await _ends.Reader.ReadAsync().AsTask().WaitAsync(TestServer.Patience)).Reason;
}

using System.Net;
using System.Text;

namespace OrleansCalls.Load.Net;

/// <summary>
/// The client's end of a WebSocket, as far as a load generator needs it: buffers only while half a frame is there, so that a
/// connection at rest costs next to nothing.
/// </summary>
internal sealed class WebSocket : IDisposable
{
    private readonly EventLoop _loop;
    private readonly IWebSocketOwner _owner;
    private readonly byte[] _request;
    private readonly int _handle;
    private readonly Leftover _input = new();
    private readonly Leftover _message = new();
    private readonly Leftover _output = new();
    private State _state = State.Connecting;

    /// <summary>A socket on its way.</summary>
    public WebSocket(EventLoop loop, IPEndPoint server, IPAddress? from, string request, IWebSocketOwner owner)
    {
        _loop = loop;
        _owner = owner;
        _request = Encoding.ASCII.GetBytes(request);
        _handle = Native.Connect(server, from);
        loop.Add(_handle, this);
    }

    private enum State
    {
        Connecting,
        Upgrading,
        Open,
        Closed,
    }

    /// <summary>What a client asks for, to speak WebSocket at a path.</summary>
    public static string Upgrade(IPEndPoint server, string path, string? token) =>
        $"GET {path} HTTP/1.1\r\nHost: {server}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + (token is null ? "\r\n" : $"Authorization: Bearer {token}\r\n\r\n");

    /// <summary>The loop says that there is something to read, or room to write.</summary>
    public void Ready(uint events)
    {
        if (_state == State.Connecting)
        {
            if (Native.ConnectError(_handle) is var error and not 0)
                Close($"connect failed ({error})");
            else
                Begin();
            return;
        }

        if ((events & Native.Out) != 0 && _output.Count > 0)
            Flush();
        if ((events & ~Native.Out) != 0 && _state != State.Closed)
            Read();
    }

    /// <summary>Sends a text message.</summary>
    public void Send(ReadOnlySpan<byte> text) => Send(text, 0x1);

    /// <summary>Goes away without a word, as a phone in a tunnel does.</summary>
    public void Abort()
    {
        if (_state == State.Closed)
            return;
        _state = State.Closed;
        _loop.Remove(_handle);
        _input.Clear();
        _message.Clear();
        _output.Clear();
    }

    public void Dispose() => Abort();

    private void Begin()
    {
        _state = State.Upgrading;
        _loop.WatchWrites(_handle, false);
        Write(_request);
    }

    private void Send(ReadOnlySpan<byte> payload, int opcode)
    {
        if (_state != State.Open)
            return;
        Write(Frame.Write(_loop.Outgoing, payload, opcode));
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        var sent = _output.Count > 0 ? 0 : Math.Max(Native.Send(_handle, bytes), 0);
        if (sent == bytes.Length)
            return;
        // A broken connection is told by the next read.
        if (_output.Count == 0)
            _loop.WatchWrites(_handle, true);
        _output.Append(bytes[sent..]);
    }

    private void Flush()
    {
        _output.Drop(Math.Max(Native.Send(_handle, _output.Bytes), 0));
        if (_output.Count == 0)
            _loop.WatchWrites(_handle, false);
    }

    private void Read()
    {
        var count = Native.Receive(_handle, _loop.Incoming);
        if (count <= 0)
        {
            if (count == 0 || System.Runtime.InteropServices.Marshal.GetLastPInvokeError() != Native.Again)
                Close(count == 0 ? "closed by the server" : "connection broken");
            return;
        }

        ReadOnlySpan<byte> bytes = _loop.Incoming.AsSpan(0, count);
        if (_input.Count == 0)
        {
            var used = Take(bytes);
            if (_state != State.Closed && used < count)
                _input.Append(bytes[used..]);
            return;
        }

        _input.Append(bytes);
        var taken = Take(_input.Bytes);
        if (_state != State.Closed)
            _input.Drop(taken);
    }

    /// <summary>Takes what is whole; returns how much that was.</summary>
    private int Take(ReadOnlySpan<byte> bytes)
    {
        var used = 0;
        if (_state == State.Upgrading)
        {
            var end = bytes.IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return 0;
            if (!bytes.StartsWith("HTTP/1.1 101 "u8))
            {
                Close("refused: " + Encoding.ASCII.GetString(bytes[..bytes.IndexOf("\r\n"u8)]));
                return 0;
            }

            used = end + 4;
            _state = State.Open;
            _owner.Opened();
        }

        while (_state == State.Open && Frame.TryRead(bytes[used..], out var frame, out var size))
        {
            used += size;
            Take(frame);
        }

        return used;
    }

    private void Take(Frame frame)
    {
        switch (frame.Opcode)
        {
            case 0x8:
                Close("close frame");
                break;
            case 0x9:
                Send(frame.Payload, 0xA);
                break;
            case 0x0 or 0x1 or 0x2 when frame.IsLast && _message.Count == 0:
                _owner.Received(frame.Payload);
                break;
            case 0x0 or 0x1 or 0x2:
                _message.Append(frame.Payload);
                if (!frame.IsLast)
                    break;
                _owner.Received(_message.Bytes);
                _message.Clear();
                break;
        }
    }

    private void Close(string reason)
    {
        Abort();
        _owner.Closed(reason);
    }
}

using System.Text;

namespace OrleansCalls.Load.Clients;

/// <summary>
/// The signals of one side of a call: ICE candidates as Chrome gathers them. The next one is sent when the server has answered
/// the last, as a client does that awaits its calls.
/// </summary>
internal sealed class SignalLane
{
    /// <summary>Signals from one side to the other in a call.</summary>
    public const int Count = 20;

    private const int FirstPort = 50_000, PortDigits = 5;

    private static readonly byte[][] Candidates = [.. Enumerable.Range(0, Count).Select(Candidate)];

    private readonly long[] _sentAt = new long[Count];
    private int _sent;
    private int _answered;
    private int _received;

    /// <summary>Whether all have been answered, and received by the other side.</summary>
    public bool IsDone => _answered == Count && _received == Count;

    /// <summary>Starts anew for the next call.</summary>
    public void Clear() => _sent = _answered = _received = 0;

    /// <summary>Sends the next candidate.</summary>
    public void Send(Client from, long call)
    {
        _sentAt[_sent] = EventLoop.Now;
        from.SendSignal(call, Candidates[_sent++]);
    }

    /// <summary>The server has answered the last one.</summary>
    public void Answered(Client from, long call)
    {
        _answered++;
        if (_sent < Count)
            Send(from, call);
    }

    /// <summary>Returns the nanoseconds since it was sent; null when it is not the next in order.</summary>
    public long? Received(ReadOnlySpan<byte> message)
    {
        if (_received == Count || NumberIn(message) != _received)
            return null;
        return EventLoop.Now - _sentAt[_received++];
    }

    // The port, which stands before the type, tells candidates apart.
    private static int NumberIn(ReadOnlySpan<byte> message)
    {
        var end = message.IndexOf(" typ "u8);
        return end >= PortDigits && int.TryParse(message[(end - PortDigits)..end], CultureInfo.InvariantCulture, out var port)
            ? port - FirstPort : -1;
    }

    private static byte[] Candidate(int number)
    {
        var port = FirstPort + number;
        var text = (number % 4) switch
        {
            0 => $"candidate:2999745851 1 udp 2122260223 192.168.178.{number + 20} {port} typ host generation 0 ufrag Zx9k "
                + "network-id 1",
            1 => $"candidate:1509957375 1 tcp 1518280447 192.168.178.{number + 20} {port} typ host tcptype active generation 0 "
                + "ufrag Zx9k",
            2 =>
                $"candidate:842163049 1 udp 1686052607 203.0.113.77 {port} typ srflx raddr 192.168.178.{number + 20} rport 61032 "
                    + "generation 0 ufrag Zx9k network-id 1 network-cost 10",
            _ => $"candidate:3098175849 1 udp 41885439 198.51.100.9 {port} typ relay raddr 203.0.113.77 rport 61032 generation 0 "
                + "ufrag Zx9k network-id 1 network-cost 10",
        };
        return Encoding.UTF8.GetBytes($$"""{"candidate":"{{text}}","sdpMid":"0","sdpMLineIndex":0,"usernameFragment":"Zx9k"}""");
    }
}

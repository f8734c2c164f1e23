using System.Text;

namespace OrleansCalls.Load.Clients;

/// <summary>One device of one user.</summary>
internal sealed class Client(Fleet fleet, int number) : IWebSocketOwner
{
    // Made once: a reconnect must not cost a signature of the generator's.
    private readonly string _upgrade = fleet.Upgrade(Name(number));
    private WebSocket? _socket;

    /// <summary>Who it is.</summary>
    public string UserId { get; } = Name(number);

    /// <summary>Whether the service counts it as connected.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>Its socket, while there is one.</summary>
    public WebSocket Socket => _socket ?? throw new InvalidOperationException($"{UserId} is not connected.");

    /// <summary>Connects, or connects again.</summary>
    public void Connect()
    {
        Drop();
        _socket = new WebSocket(fleet.Loop, fleet.Server, fleet.Source(number), _upgrade, this);
    }

    /// <summary>Goes away without a word.</summary>
    public void Drop()
    {
        _socket?.Abort();
        _socket = null;
        IsConnected = false;
    }

    /// <summary>Asks the service for something; false without a connection.</summary>
    public bool Send(Command command, long call, string? callee = null, int ringSeconds = 60)
    {
        if (!IsConnected)
            return false;
        fleet.Dialect.Send(Socket, command, call, callee, ringSeconds);
        return true;
    }

    /// <summary>Sends a signal to the peer of a call; false without a connection.</summary>
    public bool SendSignal(long call, ReadOnlySpan<byte> payload)
    {
        if (!IsConnected)
            return false;
        fleet.Dialect.SendSignal(Socket, call, payload);
        return true;
    }

    /// <summary>Says that it is still there.</summary>
    public void Ping()
    {
        if (IsConnected)
            fleet.Dialect.Ping(Socket);
    }

    /// <summary>What the dialect has read.</summary>
    public void Hear(News news)
    {
        if (news.Heard == Heard.Connected && !IsConnected)
        {
            IsConnected = true;
            fleet.Arrived();
        }
        else if (news.Heard == Heard.Failed && news.Call < 0)
        {
            fleet.Errors.Count("connection: " + Encoding.UTF8.GetString(news.Raw));
        }
        else if (news.Call >= 0)
        {
            fleet.Listener?.Heard(this, news);
        }
    }

    void IWebSocketOwner.Opened() => fleet.Dialect.Begin(Socket);

    void IWebSocketOwner.Received(ReadOnlySpan<byte> message) => fleet.Dialect.Read(this, message);

    void IWebSocketOwner.Closed(string reason)
    {
        var was = IsConnected;
        Drop();
        fleet.Left(was, reason);
    }

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"user-{number}");
}

using System.Net;

namespace OrleansCalls.Load.Clients;

/// <summary>Who is told of what clients hear of calls.</summary>
internal interface ICallListener
{
    void Heard(Client client, News news);
}

/// <summary>All clients of one target.</summary>
internal sealed class Fleet : IDisposable
{
    // Below the 512 connections that Kestrel lets wait: what is over that waits a second for TCP to
    // try again, and would measure TCP.
    private const int AtOnce = 400;
    private const int UsersPerAddress = 10_000;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly List<Client> _clients = [];
    private readonly Queue<Client> _waiting = new();
    private int _connecting;
    private int _nextPing;
    private readonly int _firstUser;
    private bool _gone;

    /// <summary>Nobody yet; users are numbered from <paramref name="firstUser"/>.</summary>
    public Fleet(EventLoop loop, IPEndPoint server, Dialect dialect, Errors errors, int firstUser = 0)
    {
        (Loop, Server, Dialect, Errors, _firstUser) = (loop, server, dialect, errors, firstUser);
        loop.Every(Tick, PingSome);
    }

    public EventLoop Loop { get; }

    public IPEndPoint Server { get; }

    public Dialect Dialect { get; }

    public Errors Errors { get; }

    /// <summary>Who is told of calls.</summary>
    public ICallListener? Listener { get; set; }

    /// <summary>Called when everybody has gone for good.</summary>
    public Action? Ended { get; set; }

    /// <summary>How many the service counts as connected.</summary>
    public int Connected { get; private set; }

    /// <summary>Everybody, connected or not.</summary>
    public IReadOnlyList<Client> Clients => _clients;

    /// <summary>Connects users until there are so many.</summary>
    public void Connect(int users)
    {
        while (_clients.Count < users)
        {
            var client = new Client(this, _firstUser + _clients.Count);
            _clients.Add(client);
            _waiting.Enqueue(client);
        }

        Await();
    }

    /// <summary>Drops everybody at once.</summary>
    public void DropAll()
    {
        _clients.ForEach(client => client.Drop());
        Connected = _connecting = 0;
    }

    /// <summary>Connects everybody again.</summary>
    public void ReconnectAll()
    {
        _clients.ForEach(_waiting.Enqueue);
        Await();
    }

    /// <summary>The request of a user's first words.</summary>
    public string Upgrade(string userId) =>
        WebSocket.Upgrade(Server, Dialect.Path(userId), Dialect.Token(userId));

    /// <summary>
    /// Where a user connects from: an address has 28,000 ports for one server, and loopback has many addresses.
    /// </summary>
    public IPAddress? Source(int user) => IPAddress.IsLoopback(Server.Address)
        ? new IPAddress([127, 0, 0, (byte)(2 + (user / UsersPerAddress % 250))]) : null;

    /// <summary>The service counts another one as connected.</summary>
    public void Arrived()
    {
        Connected++;
        _connecting--;
        Fill();
    }

    /// <summary>The server closed a connection.</summary>
    public void Left(bool wasConnected, string reason)
    {
        Errors.Count("connection: " + reason);
        if (wasConnected)
            Connected--;
        else
            _connecting--;
        Fill();
    }

    public void Dispose()
    {
        _gone = true;
        DropAll();
        Ended?.Invoke();
    }

    private void Await()
    {
        Fill();
        if (!Loop.RunUntil(() => _waiting.Count == 0 && _connecting == 0, TimeSpan.FromMinutes(3)))
            Errors.Count("connection: not connected after three minutes", _waiting.Count + _connecting);
    }

    private void Fill()
    {
        while (_connecting < AtOnce && _waiting.TryDequeue(out var client))
        {
            _connecting++;
            client.Connect();
        }
    }

    private bool PingSome()
    {
        var share = (int)Math.Ceiling(_clients.Count * (Tick / PingEvery));
        for (var i = 0; i < share && !_gone; i++)
            _clients[_nextPing++ % _clients.Count].Ping();
        return !_gone;
    }
}

namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>A dialect that is spoken over Socket.IO. Its clients do not say which it is: they are known by the events they use.</summary>
public interface ISocketIoDialect : IDialect
{
    /// <summary>Whether its clients send this event. No two dialects have one in common.</summary>
    bool Knows(string name);

    /// <summary>Whether it has a way to tell the events of an app's own back end, whatever a client speaks otherwise.</summary>
    bool TellsNotices => false;
}

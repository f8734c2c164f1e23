namespace OrleansCalls.Gateway.Dialects.SocketIoClients;

/// <summary>A dialect over Socket.IO. Its clients do not name it: it is identified by the events they send.</summary>
public interface ISocketIoDialect : IDialect
{
    /// <summary>Returns true if its clients send this event. Event names are unique across dialects.</summary>
    bool Knows(string name);

    /// <summary>Whether it emits events of the app's back end, to clients of any dialect.</summary>
    bool SendsNotices => false;
}

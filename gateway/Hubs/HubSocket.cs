using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>A SignalR connection, as the delivery side sees it.</summary>
internal sealed class HubSocket(HubCallerContext context, ICallClient client, string userId, IceServers ice) : IClientSocket
{
    public bool TakesTestRings => true;

    public Task Send(Outgoing message) => ClientEvents.Send(client, message, userId, ice);

    public void Close(bool mayReconnect)
    {
        // Abort says "do not come back" in its close message; a requested close leaves that to the client.
        if (mayReconnect && context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            lifetime.RequestClose();
        else
            context.Abort();
    }
}

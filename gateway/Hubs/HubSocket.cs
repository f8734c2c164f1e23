using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>A SignalR connection, as the delivery side sees it.</summary>
internal sealed class HubSocket(HubCallerContext context, ISingleClientProxy client, string userId, IceServers ice)
    : IClientSocket
{
    public bool TakesTestRings => true;

    public Task Send(Outgoing message) =>
        EventView.Of(message, userId, ice) is { } view ? client.SendCoreAsync(view.Event, [view.Payload]) : Task.CompletedTask;

    public void Close(bool mayReconnect)
    {
        // Abort says "do not come back" in its close message; a requested close leaves that to the client.
        if (mayReconnect && context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            lifetime.RequestClose();
        else
            context.Abort();
    }
}

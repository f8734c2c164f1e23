using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Gateway.Hubs;

/// <summary>Sends to a SignalR connection.</summary>
internal sealed class HubSocket(HubCallerContext context, ISingleClientProxy client, string userId, IceServers ice)
    : IClientSocket
{
    public bool TakesTestRings => true;

    public Task Send(Outgoing message) =>
        EventView.Of(message, userId, ice) is { } view ? client.SendCoreAsync(view.Event, [view.Payload]) : Task.CompletedTask;

    public void Close(bool mayReconnect)
    {
        // Abort forbids a reconnect in its close message; a requested close allows it.
        if (mayReconnect && context.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
            lifetime.RequestClose();
        else
            context.Abort();
    }
}

using Microsoft.AspNetCore.SignalR;

namespace OrleansCalls.Load.Floor;

/// <summary>The same methods and events as the bare relay; the call is in a grain instead of a dictionary.</summary>
internal sealed class FloorHub(IGrainFactory grains) : Hub
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync()
    {
        await grains.GetGrain<IUserGrain>(Me).Connect(Context.ConnectionId);
        await Clients.Caller.SendAsync("OpenCalls", new { calls = Array.Empty<string>() });
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception) =>
        grains.GetGrain<IUserGrain>(Me).Disconnect(Context.ConnectionId);

    public Task StartCall(FloorStart start) =>
        Call(start.CallId).Start(new FloorCall(Me, start.CalleeIds[0], start.Media), Context.ConnectionId);

    public Task AckRinging(FloorCommand command) => Call(command.CallId).Ring(Me);

    public Task AcceptCall(FloorCommand command) => Call(command.CallId).Accept(Me, Context.ConnectionId);

    public Task RejectCall(FloorCommand command) => Call(command.CallId).Reject(Me);

    public Task EndCall(FloorCommand command) => Call(command.CallId).End(Me);

    public Task SendSignal(FloorSignal signal) =>
        Call(signal.CallId).Signal(new FloorPayload(Me, signal.Kind, signal.Payload.GetRawText()), Context.ConnectionId);

    private string Me => Context.GetHttpContext()!.Request.Query["userId"].ToString();

    private ICallGrain Call(string callId) => grains.GetGrain<ICallGrain>(callId);
}

using System.Text.Json;

namespace OrleansCalls.Load.Floor;

/// <summary>Argument of <c>StartCall</c>.</summary>
internal sealed record FloorStart(string CallId, string[] CalleeIds, string Media);

/// <summary>Argument of every other command of a call.</summary>
internal sealed record FloorCommand(string CallId);

/// <summary>Argument of <c>SendSignal</c>.</summary>
internal sealed record FloorSignal(string CallId, string Kind, JsonElement Payload);

/// <summary>The parties of a call.</summary>
[GenerateSerializer, Immutable, Alias("load.floor.call")]
internal sealed record FloorCall(
    [property: Id(0)] string Caller, [property: Id(1)] string Callee, [property: Id(2)] string Media);

/// <summary>A signal on its way.</summary>
[GenerateSerializer, Immutable, Alias("load.floor.payload")]
internal sealed record FloorPayload([property: Id(0)] string From, [property: Id(1)] string Kind, [property: Id(2)] string Json);

/// <summary>An event for the connections of a user.</summary>
[GenerateSerializer, Immutable, Alias("load.floor.event")]
internal sealed record FloorEvent(
    [property: Id(0)] string Name, [property: Id(1)] string CallId, [property: Id(2)] string UserId,
    [property: Id(3)] string? Text);

/// <summary>One call; its key is the call id.</summary>
[Alias("load.floor.ICallGrain")]
internal interface ICallGrain : IGrainWithStringKey
{
    [Alias("Start")]
    Task Start(FloorCall call, string connection);

    [Alias("Ring")]
    Task Ring(string userId);

    [Alias("Accept")]
    Task Accept(string userId, string connection);

    [Alias("Reject")]
    Task Reject(string userId);

    [Alias("End")]
    Task End(string userId);

    [Alias("Signal")]
    Task Signal(FloorPayload payload, string connection);
}

/// <summary>The connections of one user; its key is the user id.</summary>
[Alias("load.floor.IUserGrain")]
internal interface IUserGrain : IGrainWithStringKey
{
    [Alias("Connect")]
    Task Connect(string connection);

    [Alias("Disconnect")]
    Task Disconnect(string connection);

    [Alias("Deliver")]
    Task Deliver(FloorEvent happened);
}

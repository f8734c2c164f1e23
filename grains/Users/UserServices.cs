using Microsoft.Extensions.Logging;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>What a user's host needs beside its state.</summary>
public sealed record UserServices(
    TimeProvider Time, CallOptions Options, ICallHistory History, IPushSender Push, ActionKeys ActionKeys,
    CallMetrics Metrics, LocalGateways LocalGateways, ILogger<UserGrain> Logger);

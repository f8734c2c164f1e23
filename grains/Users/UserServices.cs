using Microsoft.Extensions.Logging;
using OrleansCalls.Calls;
using OrleansCalls.History;
using OrleansCalls.Push;

namespace OrleansCalls.Users;

/// <summary>Services used by user grains.</summary>
public sealed record UserServices(
    TimeProvider Time, CallOptions Options, ICallHistory History, IPushSender Push, ActionKeys ActionKeys,
    CallMetrics Metrics, LocalGateways LocalGateways, ILogger<UserGrain> Logger);

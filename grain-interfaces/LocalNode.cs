namespace OrleansCalls;

/// <summary>The gateway of this process, for those who tell others of the process.</summary>
/// <param name="GatewayId">Its id.</param>
public sealed record LocalNode(string GatewayId);

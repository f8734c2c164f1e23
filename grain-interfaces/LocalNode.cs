namespace OrleansCalls;

/// <summary>The gateway of this process, for reports about the process.</summary>
/// <param name="GatewayId">Its id.</param>
public sealed record LocalNode(string GatewayId);

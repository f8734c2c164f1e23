using OrleansCalls.Silo;

namespace OrleansCalls.Gateway;

/// <summary>Silo and gateway in one process. The only file of the gateway that knows of the silo.</summary>
internal static class EmbeddedSilo
{
    /// <summary>Hosts the grains here.</summary>
    public static void AddEmbeddedSilo(this WebApplicationBuilder builder) => builder.AddCallSilo();
}

namespace Orleans.Runtime
{
    /// <summary>A failure of the service, whose outcome may be unknown to the caller.</summary>
    public class OrleansException(string message, Exception? inner = null) : Exception(message, inner);

    /// <summary>The silo that held the activation is gone.</summary>
    public sealed class SiloUnavailableException(string message) : OrleansException(message);
}

namespace Orleans.Storage
{
    /// <summary>The stored version is not the one that was read. Ends the activation from whose request it escapes.</summary>
    public sealed class InconsistentStateException(string message, string? storedEtag = null, string? currentEtag = null)
        : Runtime.OrleansException(message)
    {
        /// <summary>The etag in the store, if it is known.</summary>
        public string? StoredEtag => storedEtag;

        /// <summary>The etag that the writer had.</summary>
        public string? CurrentEtag => currentEtag;
    }
}

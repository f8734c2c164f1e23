namespace Orleans
{
    /// <summary>Marks a type that crosses between grains. Here messages are passed as they are.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum)]
    public sealed class GenerateSerializerAttribute : Attribute;

    /// <summary>The number of a member on the wire.</summary>
    [AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
    public sealed class IdAttribute(uint id) : Attribute
    {
        /// <summary>The number.</summary>
        public uint Id => id;
    }

    /// <summary>The lasting name of a type or method.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum | AttributeTargets.Method)]
    public sealed class AliasAttribute(string alias) : Attribute
    {
        /// <summary>The name.</summary>
        public string Alias => alias;
    }

    /// <summary>Instances are never changed, so they need no copy.</summary>
    [AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface | AttributeTargets.Enum
        | AttributeTargets.Property | AttributeTargets.Field | AttributeTargets.Parameter)]
    public sealed class ImmutableAttribute : Attribute;

    /// <summary>How long a caller waits for the answer of one method.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
    {
        /// <summary>The time, once parsed.</summary>
        public TimeSpan? Timeout { get; } = TimeSpan.Parse(timeout, System.Globalization.CultureInfo.InvariantCulture);
    }
}

namespace Orleans.Concurrency
{
    /// <summary>The method may start while others are under way.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class AlwaysInterleaveAttribute : Attribute;

    /// <summary>Any number of activations of one id. Here one is enough: there is one silo, and such grains hold no state.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class StatelessWorkerAttribute(int maxLocalWorkers = -1) : Attribute
    {
        /// <summary>At most so many in one silo.</summary>
        public int MaxLocalWorkers { get; } = maxLocalWorkers;
    }

    /// <summary>The method changes nothing and may run beside others of its kind.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class ReadOnlyAttribute : Attribute;

    /// <summary>All methods of the grain may interleave.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class ReentrantAttribute : Attribute;

    /// <summary>The caller does not wait for an answer.</summary>
    [AttributeUsage(AttributeTargets.Method)]
    public sealed class OneWayAttribute : Attribute;
}

namespace Orleans.Placement
{
    /// <summary>Asks for an activation on the caller's silo; there is only one here.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    public sealed class PreferLocalPlacementAttribute : Attribute;
}

using System.Text;

namespace Orleans.Runtime;

/// <summary>The kind of a grain, as it is written in front of its key.</summary>
public readonly record struct GrainType(string Name)
{
    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The interface that a reference has.</summary>
public readonly record struct GrainInterfaceType(Type Type);

/// <summary>The key part of a <see cref="GrainId"/>.</summary>
public readonly record struct IdSpan(string Value)
{
    /// <inheritdoc/>
    public override string ToString() => Value;
}

/// <summary>The identity of a grain: its type and its key.</summary>
public readonly record struct GrainId(GrainType Type, IdSpan Key)
{
    /// <summary>An id out of its two parts.</summary>
    public static GrainId Create(string type, string key) => new(new GrainType(type), new IdSpan(key));

    /// <summary>An id out of its two parts.</summary>
    public static GrainId Create(GrainType type, string key) => new(type, new IdSpan(key));

    /// <summary>Reads <c>type/key</c>; the key may hold further slashes.</summary>
    public static GrainId Parse(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 ? Create(text[..slash], text[(slash + 1)..]) : throw new FormatException($"'{text}' is not a grain id.");
    }

    /// <summary>The place on the hash ring, the same in every process (FNV-1a, 32 bits).</summary>
    public uint GetUniformHashCode()
    {
        var hash = 2166136261u;
        foreach (var b in Encoding.UTF8.GetBytes(ToString()))
            hash = (hash ^ b) * 16777619u;
        return hash;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Type}/{Key}";
}

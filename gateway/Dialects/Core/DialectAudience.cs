using System.Text.Json.Nodes;

namespace OrleansCalls.Gateway.Dialects.Core;

/// <summary>Those of a session's lines that are to be told something: all of them, or one that has just come.</summary>
/// <param name="Session">Whose lines.</param>
/// <param name="Lines">Which.</param>
public sealed record DialectAudience(DialectSession Session, ImmutableArray<DialectLine> Lines)
{
    /// <summary>Sends something to all of them.</summary>
    public void Emit(string name, JsonObject payload)
    {
        foreach (var line in Lines)
            line.Emit(name, payload);
    }

    /// <summary>The same, for fewer.</summary>
    public DialectAudience Where(Func<DialectLine, bool> which) => this with { Lines = [.. Lines.Where(which)] };
}

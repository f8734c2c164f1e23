using System.Text.Json;

namespace OrleansCalls.Gateway.Wire;

/// <summary>What JSON lets through and no text can be.</summary>
internal static class JsonText
{
    /// <summary>An escaped lone surrogate is JSON but no text: it would throw wherever somebody reads the string later.</summary>
    /// <exception cref="InvalidOperationException">There is one.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static void RefuseHalfCharacters(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
            return;
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.ValueIsEscaped)
                _ = reader.GetString();
        }
    }
}

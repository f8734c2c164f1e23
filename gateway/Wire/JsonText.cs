using System.Text.Json;

namespace OrleansCalls.Gateway.Wire;

/// <summary>What JSON lets through and no text can be.</summary>
internal static class JsonText
{
    /// <summary>An escaped lone surrogate is JSON but no text: it would throw wherever somebody reads the string later.</summary>
    /// <exception cref="JsonException">There is one, or it is no JSON.</exception>
    public static void RefuseHalfCharacters(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u"u8) < 0)
            return;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.ValueIsEscaped)
                    _ = reader.GetString();
            }
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException("A string holds half a character.", exception);
        }
    }
}

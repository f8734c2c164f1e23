using System.Text.Json;

namespace OrleansCalls.Gateway.Wire;

/// <summary>Rejects strings that are valid JSON but not valid text.</summary>
internal static class JsonText
{
    /// <summary>Rejects escaped lone surrogates, which would throw wherever the string is read later.</summary>
    /// <exception cref="JsonException">There is a lone surrogate, or the JSON is malformed.</exception>
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

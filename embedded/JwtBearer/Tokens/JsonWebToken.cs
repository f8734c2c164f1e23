using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.IdentityModel.Tokens;

namespace Microsoft.IdentityModel.Tokens
{
    /// <summary>A token that was read.</summary>
    public abstract class SecurityToken
    {
        /// <summary>Its own id (<c>jti</c>); empty when it has none.</summary>
        public abstract string Id { get; }

        /// <summary>Who made it; empty when it does not say.</summary>
        public abstract string Issuer { get; }

        /// <summary>From when it holds, UTC; <see cref="DateTime.MinValue"/> when it does not say.</summary>
        public abstract DateTime ValidFrom { get; }

        /// <summary>Until when it holds, UTC; <see cref="DateTime.MinValue"/> when it does not say.</summary>
        public abstract DateTime ValidTo { get; }
    }
}

namespace Microsoft.IdentityModel.JsonWebTokens
{
    /// <summary>
    /// A signed JWT in compact form (RFC 7515, RFC 7519), read strictly; nothing of it is to be believed before its signature is
    /// checked.
    /// </summary>
    public sealed class JsonWebToken : SecurityToken
    {
        /// <summary>
        /// Longest token looked at. Kestrel takes 32 KiB of headers, so that longer ones cannot come in a header at all.
        /// </summary>
        internal const int MaximumLength = 32 * 1024;

        private static readonly SearchValues<char> Base64UrlCharacters =
            SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

        // RFC 7515 and 7519 allow a reader to refuse a name that comes twice; taking either of them is how checks are got round.
        private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

        private JsonWebToken(string token, int dataLength, byte[] signature, JsonElement header, JsonElement payload)
        {
            EncodedToken = token;
            SignedData = Encoding.ASCII.GetBytes(token, 0, dataLength);
            Signature = signature;
            Payload = payload;
            Alg = Text(header, "alg") ?? throw new FormatException("the header has no alg");
            Kid = Text(header, "kid");
            if (header.TryGetProperty("crit", out _))
                throw new FormatException("the header has critical extensions, none is known here");
            Issuer = Text(payload, "iss") ?? "";
            Subject = Text(payload, "sub") ?? "";
            Id = Text(payload, "jti") ?? "";
            Audiences = Texts(payload, "aud");
            ValidFrom = Time(payload, "nbf");
            ValidTo = Time(payload, "exp");
            HasExpiration = payload.TryGetProperty("exp", out _);
            HasNotBefore = payload.TryGetProperty("nbf", out _);
        }

        /// <summary>The token as it came.</summary>
        public string EncodedToken { get; }

        /// <summary>The signature algorithm it names.</summary>
        public string Alg { get; }

        /// <summary>The key it names; null when it names none.</summary>
        public string? Kid { get; }

        /// <summary>Whom it is about; empty when it does not say.</summary>
        public string Subject { get; }

        /// <summary>Whom it is for.</summary>
        public IEnumerable<string> Audiences { get; }

        /// <inheritdoc />
        public override string Id { get; }

        /// <inheritdoc />
        public override string Issuer { get; }

        /// <inheritdoc />
        public override DateTime ValidFrom { get; }

        /// <inheritdoc />
        public override DateTime ValidTo { get; }

        internal bool HasExpiration { get; }

        internal bool HasNotBefore { get; }

        internal byte[] SignedData { get; }

        internal byte[] Signature { get; }

        internal JsonElement Payload { get; }

        /// <summary>Reads <paramref name="token"/>, or says why it is no compact signed JWT.</summary>
        internal static bool TryParse(string token, [NotNullWhen(true)] out JsonWebToken? parsed, [NotNullWhen(false)] out string? fault)
        {
            (parsed, fault) = (null, null);
            if (token.Length > MaximumLength)
                fault = "it is too long";
            else
            {
                var first = token.IndexOf('.', StringComparison.Ordinal);
                var second = first < 0 ? -1 : token.IndexOf('.', first + 1);
                if (second < 0 || token.IndexOf('.', second + 1) >= 0)
                    fault = "it does not have three parts";
                else
                {
                    try
                    {
                        var header = ParseObject(token.AsSpan(0, first));
                        var payload = ParseObject(token.AsSpan(first + 1, second - first - 1));
                        parsed = new JsonWebToken(token, second, Decode(token.AsSpan(second + 1)), header, payload);
                    }
                    // InvalidOperationException is what System.Text.Json says to half a surrogate pair.
                    catch (Exception e) when (e is FormatException or JsonException or InvalidOperationException)
                    {
                        fault = e is FormatException ? e.Message : "a part of it is no well-formed JSON";
                    }
                }
            }

            return parsed is not null;
        }

        /// <summary>Base64url without padding, without blanks, and in the one way each value can be written.</summary>
        internal static byte[] Decode(ReadOnlySpan<char> text)
        {
            if (text.ContainsAnyExcept(Base64UrlCharacters) || text.Length % 4 == 1)
                throw new FormatException("a part of it is not base64url");
            var bytes = Base64Url.DecodeFromChars(text);
            if (!Base64Url.EncodeToString(bytes).AsSpan().SequenceEqual(text))
                throw new FormatException("a part of it is not base64url");
            return bytes;
        }

        private static JsonElement ParseObject(ReadOnlySpan<char> part)
        {
            var json = Decode(part);
            if (!Utf8.IsValid(json))
                throw new FormatException("a part of it is not UTF-8");
            using var document = JsonDocument.Parse(json, Strict);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? document.RootElement.Clone()
                : throw new FormatException("a part of it is no JSON object");
        }

        private static string? Text(JsonElement element, string name) =>
            !element.TryGetProperty(name, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? value.GetString()
            : throw new FormatException($"{name} is no string");

        private static string[] Texts(JsonElement element, string name) =>
            !element.TryGetProperty(name, out var value) ? []
            : value.ValueKind != JsonValueKind.Array ? [Text(element, name)!]
            : value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(item => item.GetString()!)]
                : throw new FormatException($"{name} is neither a string nor a list of strings");

        private static DateTime Time(JsonElement element, string name)
        {
            if (!element.TryGetProperty(name, out var value))
                return DateTime.MinValue;
            if (value.ValueKind != JsonValueKind.Number || !value.TryGetDouble(out var seconds) || double.IsNaN(seconds))
                throw new FormatException($"{name} is no number of seconds");
            return seconds <= 0 ? DateTime.UnixEpoch
                : seconds >= (DateTime.MaxValue - DateTime.UnixEpoch).TotalSeconds - 1
                    ? DateTime.SpecifyKind(DateTime.MaxValue, DateTimeKind.Utc)
                : DateTime.UnixEpoch.AddSeconds(seconds);
        }
    }
}

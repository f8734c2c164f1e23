using System.Security.Claims;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;

namespace Microsoft.IdentityModel.Tokens;

/// <summary>
/// Turns a token's payload into claims the way JsonWebTokenHandler does: a list becomes several claims, an object its JSON.
/// </summary>
internal static class ClaimsReader
{
    private const string ShortTypeName = "http://schemas.xmlsoap.org/ws/2005/05/identity/claimproperties/ShortTypeName";
    private const string DefaultIssuer = "LOCAL AUTHORITY";

    internal static ClaimsIdentity Read(JsonWebToken token, TokenValidationParameters parameters, bool mapInbound)
    {
        var identity = new ClaimsIdentity(
            parameters.AuthenticationType ?? "AuthenticationTypes.Federation", parameters.NameClaimType, parameters.RoleClaimType);
        var issuer = token.Issuer.Length == 0 ? DefaultIssuer : token.Issuer;
        foreach (var property in token.Payload.EnumerateObject())
        {
            var longName = mapInbound ? LongName(property.Name) : null;
            var values = property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray().AsEnumerable() : [property.Value];
            foreach (var value in values)
            {
                var (text, type) = Value(value);
                var claim = new Claim(longName ?? property.Name, text, type, issuer, issuer, identity);
                if (longName is not null)
                    claim.Properties[ShortTypeName] = property.Name;
                identity.AddClaim(claim);
            }
        }

        return identity;
    }

    private static (string Text, string Type) Value(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => (value.GetString()!, ClaimValueTypes.String),
        JsonValueKind.True => ("true", ClaimValueTypes.Boolean),
        JsonValueKind.False => ("false", ClaimValueTypes.Boolean),
        JsonValueKind.Null => ("", "JSON_NULL"),
        JsonValueKind.Number when value.TryGetInt32(out _) => (value.GetRawText(), ClaimValueTypes.Integer),
        JsonValueKind.Number when value.TryGetInt64(out _) => (value.GetRawText(), ClaimValueTypes.Integer64),
        JsonValueKind.Number => (value.GetRawText(), ClaimValueTypes.Double),
        JsonValueKind.Array => (value.GetRawText(), "JSON_ARRAY"),
        JsonValueKind.Object or JsonValueKind.Undefined or _ => (value.GetRawText(), "JSON"),
    };

    /// <summary>
    /// The names that WS-Federation gave to the claims which people look for, used when inbound claims are mapped.
    /// </summary>
    private static string? LongName(string name) => name switch
    {
        "sub" or "nameid" => ClaimTypes.NameIdentifier,
        "unique_name" => ClaimTypes.Name,
        "given_name" => ClaimTypes.GivenName,
        "family_name" => ClaimTypes.Surname,
        "email" => ClaimTypes.Email,
        "role" or "roles" => ClaimTypes.Role,
        "upn" => ClaimTypes.Upn,
        "gender" => ClaimTypes.Gender,
        "birthdate" => ClaimTypes.DateOfBirth,
        "website" => ClaimTypes.Webpage,
        "actort" => ClaimTypes.Actor,
        _ => null,
    };
}

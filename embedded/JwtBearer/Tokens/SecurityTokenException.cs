namespace Microsoft.IdentityModel.Tokens;

/// <summary>Something is wrong with a token.</summary>
public class SecurityTokenException(string message) : Exception(message);

/// <summary>The text is no compact signed JWT.</summary>
public class SecurityTokenMalformedException(string message) : ArgumentException(message);

/// <summary>A token was read, and it does not hold.</summary>
public class SecurityTokenValidationException(string message) : SecurityTokenException(message);

/// <summary>The signature does not fit, or there is none.</summary>
public class SecurityTokenInvalidSignatureException(string message) : SecurityTokenValidationException(message);

/// <summary>No key is known under the token's <c>kid</c>, and no other key fits.</summary>
public class SecurityTokenSignatureKeyNotFoundException(string message) : SecurityTokenInvalidSignatureException(message);

/// <summary>The token's algorithm is not among the allowed ones.</summary>
public class SecurityTokenInvalidAlgorithmException(string message) : SecurityTokenValidationException(message);

/// <summary>The token is of another issuer.</summary>
public class SecurityTokenInvalidIssuerException(string message) : SecurityTokenValidationException(message)
{
    /// <summary>The <c>iss</c> that was found.</summary>
    public string? InvalidIssuer { get; set; }
}

/// <summary>The token is meant for somebody else.</summary>
public class SecurityTokenInvalidAudienceException(string message) : SecurityTokenValidationException(message)
{
    /// <summary>The <c>aud</c> that was found.</summary>
    public string? InvalidAudience { get; set; }
}

/// <summary>The token has no <c>exp</c>.</summary>
public class SecurityTokenNoExpirationException(string message) : SecurityTokenValidationException(message);

/// <summary>The token ends before it begins.</summary>
public class SecurityTokenInvalidLifetimeException(string message) : SecurityTokenValidationException(message)
{
    /// <summary>The <c>nbf</c> that was found.</summary>
    public DateTime? NotBefore { get; set; }

    /// <summary>The <c>exp</c> that was found.</summary>
    public DateTime? Expires { get; set; }
}

/// <summary>The token is not valid yet.</summary>
public class SecurityTokenNotYetValidException(string message) : SecurityTokenValidationException(message)
{
    /// <summary>The <c>nbf</c> that was found.</summary>
    public DateTime NotBefore { get; set; }
}

/// <summary>The token is not valid any more.</summary>
public class SecurityTokenExpiredException(string message) : SecurityTokenValidationException(message)
{
    /// <summary>The <c>exp</c> that was found.</summary>
    public DateTime Expires { get; set; }
}

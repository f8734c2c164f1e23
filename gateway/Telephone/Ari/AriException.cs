namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>Asterisk rejected a request, or did not respond.</summary>
public sealed class AriException : Exception
{
    /// <summary>A rejected request.</summary>
    public AriException(int status, string message)
        : base(message) => Status = status;

    /// <summary>A request without a response.</summary>
    public AriException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The HTTP status; null without a response, when it is unknown whether the request was executed.</summary>
    public int? Status { get; }
}

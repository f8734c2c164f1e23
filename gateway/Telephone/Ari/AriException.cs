namespace OrleansCalls.Gateway.Telephone.Ari;

/// <summary>Asterisk refused a request, or did not answer.</summary>
public sealed class AriException : Exception
{
    /// <summary>Refused.</summary>
    public AriException(int status, string message)
        : base(message) => Status = status;

    /// <summary>Not answered.</summary>
    public AriException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>The HTTP status; null without an answer, and then nobody knows whether it was done.</summary>
    public int? Status { get; }
}

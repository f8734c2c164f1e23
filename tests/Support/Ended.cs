namespace OrleansCalls.Tests.Support;

/// <summary>What a program came to that ran to its end.</summary>
/// <param name="Output">Lines of standard output, each with its end.</param>
/// <param name="Error">Lines of standard error.</param>
public sealed record Ended(int Code, string Output, string Error);

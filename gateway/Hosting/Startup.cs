using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace OrleansCalls.Gateway.Hosting;

/// <summary>What can be wrong with the settings of a program that is about to start.</summary>
internal static class Startup
{
    /// <summary>Checks the options of everything that is hosted here, before the host would log their faults with a stack trace.</summary>
    public static void Check(WebApplication app) => app.Services.GetService<IStartupValidator>()?.Validate();

    /// <summary>What is wrong, in one sentence; null if the fault is not one of the settings.</summary>
    public static string? Sentence(Exception exception) => exception switch
    {
        SettingException setting => setting.Message,
        OptionsValidationException options => options.Failures.FirstOrDefault(),
        // The configuration binder: a text where a number should be. It names the setting with colons.
        InvalidOperationException { InnerException: FormatException or ArgumentException or OverflowException } binder
            when binder.Message.Contains("configuration value", StringComparison.Ordinal) => OneLine(binder.Message),
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } address =>
            $"ASPNETCORE_URLS: {OneLine(address.Message)}",
        SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.AccessDenied } address
            when address.StackTrace?.Contains("Kestrel", StringComparison.Ordinal) == true => $"ASPNETCORE_URLS: {OneLine(address.Message)}.",
        InvalidOperationException certificate when certificate.Message.Contains("HTTPS endpoint", StringComparison.Ordinal) =>
            "ASPNETCORE_URLS: an https address needs a certificate (Kestrel__Certificates__Default__Path).",
        AggregateException { InnerExceptions: [var only] } => Sentence(only),
        _ => null,
    };

    private static string OneLine(string message) => message.ReplaceLineEndings(" ");
}

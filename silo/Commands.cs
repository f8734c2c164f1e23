using OrleansCalls.Silo.Push.WebPush;

namespace OrleansCalls.Silo;

/// <summary>Commands of the programs that run instead of the service.</summary>
public static class Commands
{
    /// <summary>
    /// Runs the command in <paramref name="args"/>: <c>vapid</c> writes a new pair of Web Push keys to standard output, as
    /// settings. Returns the exit code; null when there is no command.
    /// </summary>
    public static int? Run(string[] args)
    {
        if (args is not ["vapid"])
            return null;
        var (publicKey, privateKey) = VapidKeys.Make();
        Console.WriteLine($"Push__WebPush__PublicKey={publicKey}");
        Console.WriteLine($"Push__WebPush__PrivateKey={privateKey}");
        Console.Error.WriteLine(
            "Set Push__WebPush__Subject too, to a mailto: or https: address. Keep the private key secret; browsers have to subscribe again after a change of keys.");
        return 0;
    }
}

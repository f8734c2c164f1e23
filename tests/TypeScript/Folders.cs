namespace OrleansCalls.Tests.TypeScript;

internal static class Folders
{
    public static string Client => Repository.Full("clients/typescript");

    public static string Samples => Repository.Full("clients/samples");
}

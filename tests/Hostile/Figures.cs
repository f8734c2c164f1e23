namespace OrleansCalls.Tests.Hostile;

/// <summary>What was measured, for <c>test.sh</c> to print at its end.</summary>
internal static class Figures
{
    private static readonly Lock Turn = new();

    public static void Write(string line)
    {
        Console.WriteLine(line);
        if (Environment.GetEnvironmentVariable("ORLEANSCALLS_FIGURES") is { Length: > 0 } file)
            lock (Turn)
                File.AppendAllLines(file, [line]);
    }
}

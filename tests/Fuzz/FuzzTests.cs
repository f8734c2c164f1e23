using System.Globalization;
using System.Text;

namespace OrleansCalls.Tests.Fuzz;

/// <summary>
/// The corpus, and what is near it. FUZZ_INPUTS sets how many inputs each target gets, FUZZ_SEED which ones; fuzz.sh plays on
/// with the code's own coverage as its guide.
/// </summary>
public sealed class FuzzTests
{
    private const int DefaultInputs = 20_000;

    public static TheoryData<string> Names => [.. Targets.All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Corpus_AndWhatIsNearIt_IsReadOrRefused(string name)
    {
        var corpus = Corpus(name);
        Assert.NotEmpty(corpus);
        foreach (var input in corpus)
            Play(name, input);
        var mutator = new Mutator(corpus, Setting("FUZZ_SEED", 1));
        for (var left = Setting("FUZZ_INPUTS", DefaultInputs); left > 0; left--)
            Play(name, mutator.Next());
    }

    [Fact]
    public void EveryFolderOfTheCorpus_HasItsTarget() =>
        Assert.Equal(
            Targets.All.Keys,
            Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal));

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Corpus");

    private static List<byte[]> Corpus(string name) =>
        [.. Directory.GetFiles(Path.Combine(Folder, name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static void Play(string name, byte[] input)
    {
        try
        {
            Targets.All[name](input);
        }
        catch (Exception exception)
        {
            Assert.Fail($"""
                {name} threw at this input; put it into tests/Fuzz/Corpus/{name}:
                base64: {Convert.ToBase64String(input)}
                text: {Encoding.UTF8.GetString(input)}
                {exception}
                """);
        }
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}

using OrleansCalls.Tests.Fuzz;
using SharpFuzz;

var corpus = Path.Combine(AppContext.BaseDirectory, "Corpus");
if (args is not [var name] || !Directory.Exists(Path.Combine(corpus, name)))
{
    await Console.Error.WriteLineAsync(
        $"Usage: OrleansCalls.Tests.Fuzz TARGET, one of: {string.Join(' ', Directory.GetDirectories(corpus).Select(Path.GetFileName).Order())}");
    return 2;
}

// The fuzzer starts this process once and hands it one input after another. Nothing of the service's may run before that:
// instrumented code writes to memory that is there from then on.
Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    Targets.All[name](bytes.ToArray());
});
return 0;

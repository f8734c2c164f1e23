using OrleansCalls.Tests.Fuzz;
using SharpFuzz;

if (args is not [var name] || !Targets.All.TryGetValue(name, out var target))
{
    await Console.Error.WriteLineAsync($"Usage: OrleansCalls.Tests.Fuzz TARGET, one of: {string.Join(' ', Targets.All.Keys)}");
    return 2;
}

// The fuzzer starts this process once and hands it one input after another.
Fuzzer.OutOfProcess.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    target(bytes.ToArray());
});
return 0;

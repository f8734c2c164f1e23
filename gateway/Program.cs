using OrleansCalls.Gateway;

if (GrainHosting.RunCommand(args) is { } exitCode)
    return exitCode;
try
{
    var app = GatewayApp.Create(args);
    Startup.Check(app);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (OperationCanceledException)
{
    // Told to stop while it was starting, as when a database does not answer.
    return 0;
}
catch (Exception exception) when (Startup.Sentence(exception) is not null)
{
    // A wrong setting is for whoever starts the program to mend: one sentence that names it, and no stack trace around it.
    await Console.Error.WriteLineAsync(Startup.Sentence(exception));
    return 1;
}

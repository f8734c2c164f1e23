using OrleansCalls.Gateway;

if (GrainHosting.RunCommand(args) is { } exitCode)
    return exitCode;

var (started, stopping) = (CancellationToken.None, CancellationToken.None);
try
{
    var app = GatewayApp.Create(args);
    (started, stopping) = (app.Lifetime.ApplicationStarted, app.Lifetime.ApplicationStopping);
    Startup.Check(app);
    await app.RunAsync();
    return Environment.ExitCode;
}
catch (Exception exception) when (exception is OperationCanceledException || (stopping.IsCancellationRequested && !started.IsCancellationRequested))
{
    // Told to stop while it was starting, as when a database does not answer or no silo is there; what it was doing then does not always say so.
    return Environment.ExitCode;
}
catch (Exception exception) when (Startup.Sentence(exception) is not null)
{
    // A wrong setting is for whoever starts the program to mend: one sentence that names it, and no stack trace around it.
    await Console.Error.WriteLineAsync(Startup.Sentence(exception));
    return 1;
}

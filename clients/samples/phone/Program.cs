// A telephone on the console, without sound: dotnet run -- http://localhost:5090 http://localhost:5080 alice
using OrleansCalls.Client;

if (args is not [var backEnd, var gateway, var user])
{
    Console.Error.WriteLine("Arguments: address of the back end, address of the gateway, user");
    return 1;
}

using var http = new HttpClient { BaseAddress = new Uri(backEnd) };
await using var phone = new OrleansCallsClient(new OrleansCallsClientOptions
{
    Address = new Uri(gateway),
    DeviceId = $"console-{user}",
    Platform = "console",
    Token = async cancellation => await http.GetStringAsync($"/token?user={Uri.EscapeDataString(user)}", cancellation),
});
var current = "";
phone.On<ConnectionChanged>(change => Console.WriteLine($"{change.State} {change.Error?.Message}"));
phone.On<CallIncoming>(async ring =>
{
    current = ring.Call.CallId;
    await phone.AckRingingAsync(current);
    Console.WriteLine($"Rings: {ring.Call.Caller.Id}");
});
phone.On<CallProgress>(progress => Console.WriteLine($"{progress.UserId}: {progress.Stage}"));
phone.On<CallAccepted>(accepted => Console.WriteLine($"Accepted: {accepted.UserId}"));
phone.On<CallEnded>(end => Console.WriteLine($"Ended: {end.Reason}"));
await phone.StartAsync();
Console.WriteLine("call <user>, accept, reject, end, quit");

while (Console.ReadLine() is { } line and not "quit")
{
    try
    {
        switch (line.Split(' '))
        {
            case ["call", var callee]:
                current = (await phone.StartCallAsync(new StartCallRequest { CalleeIds = [callee] })).CallId;
                break;
            case ["accept"]:
                await phone.AcceptCallAsync(current);
                break;
            case ["reject"]:
                await phone.RejectCallAsync(current);
                break;
            case ["end"]:
                await phone.EndCallAsync(current);
                break;
        }
    }
    catch (OrleansCallsException refused)
    {
        Console.WriteLine($"{refused.Code}: {refused.Message}");
    }
}

return 0;

namespace OrleansCalls.Tests.Edge;

public sealed class NodeClientTests
{
    [Need(Need.SignalRClient)]
    public async Task RealSignalRClient_RunsACallFromStartToEnd()
    {
        await using var service = await Service.Start();
        var packages = Repository.Full("gateway/page/package.json");
        await ChildProcess.Succeed(
            [
                "node", Path.Combine(AppContext.BaseDirectory, "signalr-client.mjs"), service.Address.ToString(), packages,
                Service.Token("node-ann"), Service.Token("node-ben"),
            ]);
    }
}

using System.Reflection;
using System.Text.Json.Nodes;
using OrleansCalls.Gateway;

namespace OrleansCalls.Tests.TypeScript;

[Collection(nameof(Packages))]
public sealed class PackageTests(InstalledPackage package)
{
    [Need(Need.TypeScript)]
    public async Task UnitTests_Pass()
    {
        var report = await Program.Run(Folders.Client, "npm", "test");
        Assert.Matches("(?m)pass [1-9]", report);
        Assert.Contains("fail 0", report, StringComparison.Ordinal);
    }

    [Need(Need.TypeScript)]
    public async Task Sources_KeepToTheirTypes_AndEveryExportIsDocumented()
    {
        await Program.Run(Folders.Client, "npm", "run", "check");
        await Program.Run(Folders.Client, "npm", "run", "docs");
        Assert.True(File.Exists(Path.Combine(Folders.Client, "docs", "index.html")));
        await Program.Run(Path.Combine(Repository.Root, "gateway", "page"), "npm", "run", "check");
    }

    [Need(Need.TypeScript)]
    public async Task Package_HasModulesAndTypesForEachExport_AndNothingElse()
    {
        await package.Ready();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(package.Package, "package.json")))!;
        Assert.Equal(["@microsoft/signalr"], manifest["dependencies"]!.AsObject().Select(dependency => dependency.Key));
        foreach (var export in manifest["exports"]!.AsObject().Where(export => export.Value is JsonObject))
            foreach (var file in export.Value!.AsObject())
                Assert.True(File.Exists(Path.Combine(package.Package, (string)file.Value!)), $"{export.Key} has no {file.Value}");
        Assert.Equal(
            ["README.md", "dist", "package.json"],
            Directory.GetFileSystemEntries(package.Package).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Need(Need.TypeScript)]
    public async Task Package_IsOfTheServicesVersion()
    {
        await package.Ready();
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(package.Package, "package.json")))!;
        var service =
            typeof(GatewayApp).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        Assert.Equal(service.Split('+')[0], (string?)manifest["version"]);
    }

    /// <summary>Node has neither window nor document, nor WebRTC: React Native and servers are like it.</summary>
    [Need(Need.TypeScript)]
    public async Task EachLayer_IsImportedAlone_WhereThereIsNoBrowser()
    {
        await package.Ready();
        foreach (var layer in new[] { "", "/calls", "/webrtc", "/stores", "/push" })
        {
            var names = await Program.Run(
                package.App, "node", "--input-type=module", "-e",
                $"console.log(Object.keys(await import('@orleanscalls/client{layer}')).length)");
            Assert.NotEqual("0", names.Trim());
        }
    }

    /// <summary>Where a proxy forbids WebSockets (<c>Gateway__Transports</c>).</summary>
    [Need(Need.TypeScript)]
    public async Task Link_OverLongPolling_StartsACall()
    {
        await package.Ready();
        await using var service = await Service.Start("environment=Development", "Gateway:Transports=websockets,long_polling");
        await File.WriteAllTextAsync(Path.Combine(package.App, "polling.mjs"), """
            import { HttpTransportType } from '@microsoft/signalr';
            import { signalRLink } from '@orleanscalls/client';
            const [address, token] = process.argv.slice(2);
            let heard;
            const opened = new Promise(resolve => { heard = resolve; });
            const link = signalRLink({
              url: () => `${address}/hubs/calls?deviceId=d1`, token: () => token, events: ['OpenCalls'], received: heard, closed: () => undefined,
            }, HttpTransportType.LongPolling);
            await link.start();
            await opened;
            const call = await link.invoke('StartCall', { callId: 'polled', calleeIds: ['ben'], media: 'audio' });
            await link.stop();
            if (call.state !== 'ringing') throw new Error(JSON.stringify(call));
            """);
        await Program.Run(package.App, "node", "polling.mjs", service.Origin, Service.Token("ann"));
    }

    [Need(Need.TypeScript)]
    public async Task TwoDevices_AtARealGateway_Call_Reconnect_Miss_AndAreRefused()
    {
        await package.Ready();
        await using var service = await Service.Start("environment=Development");
        await Program.Run(Folders.Client, "node", "build.mjs", "--tests");
        var test = Path.Combine(package.App, "e2e.mjs");
        File.Copy(Path.Combine(Folders.Client, ".tests", "e2e.mjs"), test, overwrite: true);
        await Program.Run(package.App, "node", test, service.Origin, Service.Token("ann"), Service.Token("ben"));
    }
}

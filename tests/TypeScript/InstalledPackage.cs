namespace OrleansCalls.Tests.TypeScript;

/// <summary>
/// The package as <c>npm pack</c> makes it, installed into an empty folder as an app would; beside it the library that back
/// ends in Node verify webhooks with.
/// </summary>
public sealed class InstalledPackage : IAsyncLifetime
{
    private readonly Lazy<Task> _install;

    public InstalledPackage() => _install = new(Install);

    /// <summary>A folder of an app that has the package.</summary>
    public string App { get; } = Directory.CreateTempSubdirectory("orleanscalls-app-").FullName;

    /// <summary>Where the package is in it.</summary>
    public string Package => Path.Combine(App, "node_modules", "@orleanscalls", "client");

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Packs and installs, once; not before a test needs it, since a machine may be without npm.</summary>
    public Task Ready() => _install.Value;

    public Task DisposeAsync()
    {
        Directory.Delete(App, recursive: true);
        return Task.CompletedTask;
    }

    private async Task Install()
    {
        // Packing builds what goes into it.
        await Program.Run(Folders.Client, "npm", "pack", "--pack-destination", App);
        var archive = Assert.Single(Directory.GetFiles(App, "*.tgz"));
        await File.WriteAllTextAsync(Path.Combine(App, "package.json"), """{"name":"app","private":true,"type":"module"}""");
        await Program.Run(
            App, "npm", "install", "--no-audit", "--no-fund", "--prefer-offline", archive, "standardwebhooks@1.1.1");
    }
}

[CollectionDefinition(nameof(Packages))]
public sealed class Packages : ICollectionFixture<InstalledPackage>;

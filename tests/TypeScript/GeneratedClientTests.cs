namespace OrleansCalls.Tests.TypeScript;

/// <summary>The descriptions, as tools of others read them.</summary>
public sealed class GeneratedClientTests(GeneratedClientTests.Tools tools) : IClassFixture<GeneratedClientTests.Tools>
{
    [Need(Need.TypeScript)]
    public async Task ClientOfTheDescription_Compiles_AndCalls()
    {
        var folder = await tools.Folder;
        await using var service = await Service.Start("environment=Development");
        await Program.Run(folder, "npx", "openapi-typescript", $"{service.Origin}/openapi/v1.json", "--output", "calls.ts");
        await Program.Run(folder, "npx", "tsc", "--project", ".");
        await Program.Run(
            folder, "node", "out/call.js", service.Origin, Service.Token("ann"), Service.Token("ben"),
            Service.Token("operator", null, "admin"));
    }

    [Need(Need.TypeScript)]
    public async Task DescriptionOfTheSockets_IsAsyncApi()
    {
        await using var service = await Service.Start("environment=Development");
        await Program.Run(await tools.Folder, "node", "asyncapi.mjs", service.Origin);
    }

    /// <summary>The tools, installed once; not before a test needs them, since a machine may be without npm.</summary>
    public sealed class Tools : IDisposable
    {
        private static readonly string Sources = Path.Combine(Repository.Root, "tests", "TypeScript", "generated");

        private readonly string _folder = Directory.CreateTempSubdirectory("orleanscalls-generated-").FullName;
        private readonly Lazy<Task<string>> _install;

        public Tools() => _install = new(Install);

        public Task<string> Folder => _install.Value;

        public void Dispose() => Directory.Delete(_folder, recursive: true);

        private async Task<string> Install()
        {
            foreach (var name in new[]
            {
                "package.json", "package-lock.json", ".npmrc", "tsconfig.json", "call.ts", "asyncapi.mjs",
            })
                File.Copy(Path.Combine(Sources, name), Path.Combine(_folder, name));
            await Program.Run(_folder, "npm", "ci", "--no-audit", "--no-fund", "--prefer-offline");
            return _folder;
        }
    }
}

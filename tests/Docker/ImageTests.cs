using System.Text.RegularExpressions;

namespace OrleansCalls.Tests.Docker;

/// <summary>What can be known of the images without building them.</summary>
public sealed partial class ImageTests
{
    private const string Silo = "docker/silo.Dockerfile";
    private const string Gateway = "docker/gateway.Dockerfile";

    [Theory]
    [InlineData(Silo)]
    [InlineData(Gateway)]
    public void EveryCopiedPath_Exists(string dockerfile)
    {
        var sources = Copied(Repository.Read(dockerfile)).ToList();
        Assert.NotEmpty(sources);
        Assert.DoesNotContain(sources, path => !Path.Exists(Repository.Full(path)));
        var lines = Repository.Read(".dockerignore").Split('\n');
        var ignored = lines.Where(line => line.Length > 0 && line[0] is not '#' and not '*' and not '!')
            .Select(line => line.EndsWith("/*", StringComparison.Ordinal) ? line[..^2] : line);
        Assert.DoesNotContain(
            sources, path => !lines.Contains("!" + path)
                && ignored.Any(folder => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(Silo, "silo/OrleansCalls.Silo.csproj")]
    [InlineData(Gateway, "gateway/OrleansCalls.Gateway.csproj")]
    public void EveryProjectThatIsNeeded_IsThere(string dockerfile, string project)
    {
        var text = Repository.Read(dockerfile);
        Assert.Contains($"RUN dotnet restore {project} -a $TARGETARCH ", text, StringComparison.Ordinal);
        var beforeRestore = Copied(text[..text.IndexOf("RUN dotnet restore", StringComparison.Ordinal)]).ToList();
        var all = Copied(text).ToList();
        foreach (var needed in Closure(project))
        {
            Assert.Contains(needed, beforeRestore);
            Assert.Contains(Path.GetDirectoryName(needed)!, all);
        }
    }

    [Theory]
    [InlineData(Silo, "OrleansCalls.Silo.dll")]
    [InlineData(Gateway, "OrleansCalls.Gateway.dll")]
    public void Program_IsNotRootAndHearsTheSignalToStop(string dockerfile, string program)
    {
        var text = Repository.Read(dockerfile);
        var final = text[text.LastIndexOf("FROM ", StringComparison.Ordinal)..].Split('\n');
        Assert.Contains("USER $APP_UID", final);
        Assert.Contains("STOPSIGNAL SIGTERM", final);
        // As a list: in a shell's words the shell would be process 1, and keep the signal to itself.
        Assert.Contains($"""ENTRYPOINT ["dotnet", "{program}"]""", final);
    }

    [Theory]
    [InlineData(Silo, "silo/OrleansCalls.Silo.csproj")]
    [InlineData(Gateway, "gateway/OrleansCalls.Gateway.csproj")]
    public void Image_SaysWhatIsInIt(string dockerfile, string project)
    {
        var build = Repository.Read(dockerfile);
        Assert.Contains($"/tools/dotnet-CycloneDX {project} --disable-package-restore", build, StringComparison.Ordinal);
        Assert.Contains("--output /app/sbom --filename packages.json", build, StringComparison.Ordinal);
        Assert.Equal(dockerfile == Gateway, build.Contains("npm sbom --sbom-format=cyclonedx", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Silo)]
    [InlineData(Gateway)]
    public void Image_HoldsNoSecret(string dockerfile) =>
        Assert.DoesNotMatch(@"(?i)\b(ENV|ARG)\b[^\n]*(key|secret|password|token|connectionstrings)", Repository.Read(dockerfile));

    [Fact]
    public void EveryImage_IsPinnedToAVersion()
    {
        var images = Repository.Files("docker").Where(file => !file.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(file => Image().Matches(Repository.Read(file)).Select(match => match.Groups[1].Value))
            .Where(image => !image.StartsWith("orleanscalls-", StringComparison.Ordinal))
            .ToList();
        Assert.True(images.Count >= 8, $"only {images.Count} images were found");
        Assert.DoesNotContain(images, image => !Pinned().IsMatch(image));
    }

    private static IEnumerable<string> Copied(string dockerfile) => Copy().Matches(dockerfile)
        .SelectMany(match => match.Groups[1].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..^1]);

    private static IEnumerable<string> Closure(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        var references = Reference().Matches(Repository.Read(project)).Select(match => match.Groups[1].Value)
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetFullPath(Path.Combine(Repository.Full(folder), path))));
        return references.SelectMany(Closure).Append(project).Distinct();
    }

    [GeneratedRegex("^COPY (?!--from)(.+)$", RegexOptions.Multiline)]
    private static partial Regex Copy();

    [GeneratedRegex("<ProjectReference Include=\"([^\"$@]+)\"")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(?:FROM(?: --platform=\S+)?| +image:) (\S+)", RegexOptions.Multiline)]
    private static partial Regex Image();

    // PostgreSQL counts with two numbers.
    [GeneratedRegex(@"^(?:.+:v?\d+\.\d+\.\d+|postgres:\d+\.\d+)(?:-[\w.-]+)?$")]
    private static partial Regex Pinned();
}

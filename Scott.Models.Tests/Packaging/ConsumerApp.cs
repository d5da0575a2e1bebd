using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Packaging;

/// <summary>
/// A console app as a user makes it, in a folder of its own outside the repository: the packed library from the local feed, everything else from the
/// public source, or from the cache that these tests were restored to.
/// </summary>
internal sealed class ConsumerApp : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="library">The packed library.</param>
    /// <param name="program">The name of the app's code, in <c>Packaging/Apps</c>.</param>
    /// <param name="packages">The packages that it adds beside the library.</param>
    public ConsumerApp(PackedLibrary library, string program, params string[] packages)
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.Copy(Path.Combine(Repository.Root, "Scott.Models.Tests", "Packaging", "Apps", program + ".cs.txt"), _folder.File("Program.cs"));
        File.Copy(Path.Combine(Repository.Root, "global.json"), _folder.File("global.json"));
        File.WriteAllText(_folder.File("Directory.Build.props"), "<Project />");
        File.WriteAllText(
            _folder.File("nuget.config"),
            $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="local" value="{library.Feed}" />
                <add key="nuget.org" value="https://api.nuget.org/v3/index.json" protocolVersion="3" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="local"><package pattern="Scott.Models" /></packageSource>
                <packageSource key="nuget.org"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        File.WriteAllText(
            _folder.File("app.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <RestorePackagesPath>{_folder.File("restored")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <CreateHardLinksForCopyLocalIfPossible>true</CreateHardLinksForCopyLocalIfPossible>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Scott.Models" Version="{PackedLibrary.Version}" />
                {string.Concat(packages.Select(Reference))}
              </ItemGroup>
            </Project>
            """);
    }

    public string OutputFolder => _folder.File("out");

    /// <summary>The files of the output, by name.</summary>
    public IReadOnlyList<FileInfo> Output => [.. new DirectoryInfo(OutputFolder).EnumerateFiles("*", SearchOption.AllDirectories)];

    public Task<ChildResult> BuildAsync() => PackedLibrary.RunAsync(
        "dotnet", ["build", _folder.File("app.csproj"), "-c", "Release", "--no-self-contained", "-o", OutputFolder]);

    /// <summary>Builds it for every system at once, as a project without a runtime identifier does.</summary>
    public Task<ChildResult> BuildPortableAsync() => PackedLibrary.RunAsync(
        "dotnet", ["build", _folder.File("app.csproj"), "-c", "Release", "-p:UseCurrentRuntimeIdentifier=false", "-o", OutputFolder]);

    /// <summary>One trimmed file with .NET inside.</summary>
    public Task<ChildResult> PublishTrimmedAsync() => PackedLibrary.RunAsync(
        "dotnet",
        [
            "publish", _folder.File("app.csproj"), "-c", "Release", "--self-contained", "-o", OutputFolder,
            "-p:PublishTrimmed=true", "-p:PublishSingleFile=true", "-p:TrimmerSingleWarn=false",
        ]);

    /// <summary>Runs it without network and with an empty model cache.</summary>
    public async Task<string[]> RunAsync()
    {
        string program = Path.Combine(OutputFolder, OperatingSystem.IsWindows() ? "app.exe" : "app");
        ChildResult run = await PackedLibrary.RunAsync(
            program, [_folder.Path], ("SCOTT_OFFLINE", "1"), ("SCOTT_MODELS_CACHE", _folder.File("models")));
        return run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => _folder.Dispose();

    private static string Reference(string package) => $"""<PackageReference Include="{package}" Version="{PackedLibrary.VersionOf(package)}" />""";
}

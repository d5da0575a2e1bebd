using System.Xml.Linq;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Packaging;

/// <summary>The library as <c>dotnet pack</c> makes it, packed once for all tests that use it.</summary>
public sealed class PackedLibrary : IAsyncLifetime
{
    /// <summary>A version that no cache holds.</summary>
    public const string Version = "0.0.1-packed";

    private readonly TemporaryFolder _folder = new();

    /// <summary>The folder that holds the packages: a local feed.</summary>
    public string Feed => _folder.File("packages");

    public string Package => Path.Combine(Feed, $"Scott.Models.{Version}.nupkg");

    public string SymbolPackage => Path.ChangeExtension(Package, ".snupkg");

    public static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Name;

    public async ValueTask InitializeAsync()
    {
        string project = Path.Combine(Repository.Root, "Scott.Models", "Scott.Models.csproj");
        await RunAsync("dotnet", ["pack", project, "-c", Configuration, "--no-build", "-o", Feed, $"-p:Version={Version}"]);
    }

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>The version that this repository uses of a package.</summary>
    public static string VersionOf(string package) => XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion")
        .Single(entry => entry.Attribute("Include")!.Value == package)
        .Attribute("Version")!.Value;

    /// <summary>Runs a program, which must succeed.</summary>
    internal static async Task<ChildResult> RunAsync(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        ChildResult result = await ChildProcess.RunAsync(program, arguments, environment);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}

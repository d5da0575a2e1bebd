using System.Xml.Linq;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Build;

/// <summary>An app as a user makes it: only the packed library and one ONNX Runtime package. It must embed a picture without libtorch.</summary>
[Collection(AloneTests.Name)]
public sealed class PackedAppTests
{
    private const string Program =
        """
        using Scott.Models;
        using Scott.Models.Errors;
        using Scott.Models.Features;
        using Scott.Models.Imaging;

        RgbImage picture = RgbImage.FromPixels(new byte[120 * 80 * 3], 120, 80, PixelLayout.Rgb24);
        string path = Path.Combine(AppContext.BaseDirectory, "picture.png");
        await picture.SavePngAsync(path);
        ScottModel model = ScottModel.Create("scott-mini-112", seed: 47);
        using FeatureExtractor features = model.ExtractFeatures().Build();
        float[] vector = await features.EmbedAsync(path);
        Console.WriteLine($"{vector.Length} {vector.All(float.IsFinite)}");
        try
        {
            model.ExtractFeatures().UseTorch().Build();
        }
        catch (NativeLibraryException error)
        {
            Console.WriteLine(error.PackageToAdd);
        }
        """;

    private static readonly string[] LibtorchNames = ["libtorch_", "libtorch.", "torch_cpu", "c10"];

    [Fact]
    public async Task App_WithOnnxRuntimeOnly_EmbedsWithoutLibtorchOnDisk()
    {
        using var folder = new TemporaryFolder();
        const string Version = "0.0.1-packed";
        string library = Path.Combine(Repository.Root, "Scott.Models", "Scott.Models.csproj");
        await RunAsync("dotnet", ["pack", library, "-c", Configuration, "--no-build", "-o", folder.File("packages"), $"-p:Version={Version}"]);
        WriteApp(folder, Version);
        await RunAsync("dotnet", ["build", folder.File("app.csproj"), "-c", "Release", "-o", folder.File("out")]);

        string[] files = [.. Directory.EnumerateFiles(folder.File("out"), "*", SearchOption.AllDirectories).Select(Path.GetFileName)!];

        // TorchSharp's own package brings its managed half and a thin wrapper; libtorch itself is libtorch*, libc10 and torch_cpu.
        Assert.DoesNotContain(files, name => LibtorchNames.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase)));
        Assert.InRange(files.Length, 10, 100);
        Assert.Contains("Scott.Models.dll", files);
        ChildResult run = await RunAsync("dotnet", [folder.File("out/app.dll")]);
        Assert.Equal(["192 True", "TorchSharp-cpu"], run.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Parent!.Name;

    /// <summary>The package is restored into the temporary folder; all others come from the cache that these tests were restored from.</summary>
    private static void WriteApp(TemporaryFolder folder, string version)
    {
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(folder.File("Program.cs"), Program);
        File.WriteAllText(folder.File("nuget.config"), """<configuration><packageSources><clear /><add key="packed" value="packages" /></packageSources></configuration>""");
        File.WriteAllText(folder.File("Directory.Build.props"), "<Project />");
        File.WriteAllText(
            folder.File("app.csproj"),
            $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <EnableDefaultCompileItems>false</EnableDefaultCompileItems>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <UseAppHost>false</UseAppHost>
                <RestorePackagesPath>{folder.File("restored")}</RestorePackagesPath>
                <RestoreFallbackFolders>{cache}</RestoreFallbackFolders>
                <NuGetAudit>false</NuGetAudit>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="Program.cs" />
                <PackageReference Include="Scott.Models" Version="{version}" />
                <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{OnnxRuntimeVersion()}" />
              </ItemGroup>
            </Project>
            """);
    }

    private static string OnnxRuntimeVersion() => XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props"))
        .Descendants("PackageVersion")
        .Single(package => package.Attribute("Include")!.Value == "Microsoft.ML.OnnxRuntime")
        .Attribute("Version")!.Value;

    private static async Task<ChildResult> RunAsync(string program, string[] arguments)
    {
        ChildResult result = await ChildProcess.RunAsync(program, arguments);
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}

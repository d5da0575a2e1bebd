using System.IO.Compression;
using System.Xml.Linq;

namespace Scott.Models.Tests.Packaging;

/// <summary>What the package holds and asks for, so that neither changes by accident.</summary>
[Collection(PackagingTests.Name)]
public sealed class PackageContentTests(PackedLibrary library)
{
    private const double LargestMegabytes = 14;

    [Fact]
    public void Files_AreTheLibraryAndWhatDescribesIt()
    {
        Assert.Equal(
            [
                "README.md", "THIRD-PARTY-NOTICES.md", "buildTransitive/Scott.Models.targets", "icon.png",
                "lib/net10.0/Scott.Models.dll", "lib/net10.0/Scott.Models.xml",
            ],
            Names(library.Package).Order(StringComparer.Ordinal));
        Assert.Equal(["lib/net10.0/Scott.Models.pdb"], Names(library.SymbolPackage));
        Assert.InRange(new FileInfo(library.Package).Length / 1e6, 1, LargestMegabytes);
    }

    [Fact]
    public void Dependencies_AreTheManagedLibrariesOnly()
    {
        IEnumerable<XElement> elements = Metadata("dependencies").Descendants().Where(element => element.Name.LocalName == "dependency");
        string[] dependencies = [.. elements.Select(element => element.Attribute("id")!.Value)];
        Assert.Equal(
            [
                "BitMiracle.LibTiff.NET",
                "Google.Protobuf",
                "Microsoft.Extensions.AI.Abstractions",
                "Microsoft.Extensions.Hosting.Abstractions",
                "Microsoft.Extensions.Http",
                "Microsoft.Extensions.Logging.Abstractions",
                "Microsoft.Extensions.Options.ConfigurationExtensions",
                "Microsoft.ML.OnnxRuntime.Managed",
                "OxyPlot.Core",
                "Parquet.Net",
                "Polly.Core",
                "Sep",
                "SkiaSharp",
                "SkiaSharp.NativeAssets.Linux.NoDependencies",
                "System.IO.Hashing",
                "System.Numerics.Tensors",
                "TorchSharp",

                // Not used by the library: the pinned version of what TorchSharp depends on.
                "SharpZipLib",
            ],
            dependencies);
    }

    [Fact]
    public void Metadata_IsThere()
    {
        Assert.Equal(("MIT", "expression"), (Metadata("license").Value, Metadata("license").Attribute("type")!.Value));
        Assert.Equal(("README.md", "icon.png"), (Metadata("readme").Value, Metadata("icon").Value));
        Assert.Contains("image-embeddings", Metadata("tags").Value.Split(' '));
        Assert.NotEmpty(Metadata("description").Value);
    }

    private static List<string> Names(string package)
    {
        using ZipArchive archive = ZipFile.OpenRead(package);
        string[] ofTheFormat = ["_rels/", "package/", "[Content_Types].xml"];
        IEnumerable<string> names = archive.Entries.Select(entry => entry.FullName);
        return [.. names.Where(name => !name.EndsWith(".nuspec", StringComparison.Ordinal) && !ofTheFormat.Any(name.StartsWith))];
    }

    private XElement Metadata(string name)
    {
        using ZipArchive archive = ZipFile.OpenRead(library.Package);
        using Stream nuspec = archive.GetEntry("Scott.Models.nuspec")!.Open();
        return XDocument.Load(nuspec).Root!.Elements().Single().Elements().Single(element => element.Name.LocalName == name);
    }
}

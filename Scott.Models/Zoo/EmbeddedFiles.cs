namespace Scott.Models.Zoo;

/// <summary>The files inside the assembly: the manifest, and the weights of embedded models.</summary>
internal static class EmbeddedFiles
{
    public const string ManifestName = "weights-manifest.json";

    /// <summary>The file, or <see langword="null"/> if the assembly holds none of that name.</summary>
    public static Stream? Open(string name) => typeof(EmbeddedFiles).Assembly.GetManifestResourceStream($"Scott.Models.Zoo/{name}");
}

using Scott.Models.Weights;

namespace Scott.Models.Tests.Parity;

/// <summary>Finds the reference's golden numbers: in this project's folder, and in the one that SCOTT_PARITY_DIR names.</summary>
internal static class ParityCases
{
    public const string FolderVariable = "SCOTT_PARITY_DIR";

    public static string OwnFolder { get; } = Path.Combine(AppContext.BaseDirectory, "Parity", "Cases");

    public static IEnumerable<string> Files(string pattern) =>
        Folders().SelectMany(folder => Directory.EnumerateFiles(folder, pattern).Order(StringComparer.Ordinal));

    /// <summary>The folders of this name in the places where cases are looked for.</summary>
    public static IEnumerable<string> Folders(string name) => Folders().Select(folder => Path.Combine(folder, name)).Where(Directory.Exists);

    /// <summary>The safetensors files whose metadata say that they are of a kind, for example <c>backbone</c>.</summary>
    public static TheoryData<string> OfKind(string kind) =>
        [.. Files("*.safetensors").Where(path => Read(path).Metadata.TryGetValue("kind", out string? found) && found == kind)];

    public static SafetensorsContent Read(string path) => SafetensorsFile.ReadAsync(path).GetAwaiter().GetResult();

    private static IEnumerable<string> Folders()
    {
        yield return OwnFolder;
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } further)
            yield return further;
    }
}

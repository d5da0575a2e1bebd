using System.Text.RegularExpressions;
using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>The weights in a folder of the hub: one file, or an index and the files that it names; safetensors, or PyTorch's format.</summary>
internal static partial class HubWeights
{
    private const string IndexEnding = ".index.json";
    private const string WeightMap = "weight_map";
    private const int MaximumFiles = 1000;

    /// <summary>The names of the only file, the best form first. Behind each comes an index of the same form.</summary>
    public static readonly IReadOnlyList<string> Files = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>The name of the index for a file of <see cref="Files"/>.</summary>
    public static string IndexOf(string file) => file + IndexEnding;

    /// <summary>The files that an index names, each once.</summary>
    /// <exception cref="ModelFormatException">It is no index, or names a file outside its folder.</exception>
    public static IReadOnlyList<string> FilesOf(string path, ReadOnlyMemory<byte> index)
    {
        var root = ConfigurationNode.Parse(path, index);
        ConfigurationNode map = root.Object(WeightMap) ?? throw root.Fault(WeightMap, "is missing; expected the file of each tensor.");
        string[] files = [.. map.Names.Select(tensor => map.Text(tensor)).Distinct(StringComparer.Ordinal)];
        if (files.Length is 0 or > MaximumFiles)
            throw root.Fault(WeightMap, $"names {Plural.Of(files.Length, "file")}; expected 1 to {MaximumFiles}.");

        return files.FirstOrDefault(file => !FileName().IsMatch(file)) is { } other
            ? throw root.Fault(WeightMap, $"names the file '{Quoted.Value(other)}'; expected a plain name that ends in .safetensors or .bin.")
            : files;
    }

    /// <summary>Reads the weights of a folder.</summary>
    /// <exception cref="ScottException">There are none, or a file is damaged.</exception>
    public static async Task<WeightSet> ReadAsync(string folder, string source, WeightStorage storage, CancellationToken cancellationToken)
    {
        foreach (string file in Files)
        {
            string path = Path.Combine(folder, file);
            if (File.Exists(path))
                return await ReadFileAsync(path, storage, cancellationToken).ConfigureAwait(false);

            string index = IndexOf(path);
            if (File.Exists(index))
            {
                ReadOnlyMemory<byte> json = await ConfigurationNode.ReadAsync(index, cancellationToken).ConfigureAwait(false);
                return await ReadFilesAsync(folder, index, FilesOf(index, json), storage, cancellationToken).ConfigureAwait(false);
            }
        }

        throw new ModelFormatException(source, $"'{source}' has no weights; expected {string.Join(" or ", Files)}, or an index of such files.");
    }

    private static async Task<WeightSet> ReadFilesAsync(
        string folder, string index, IReadOnlyList<string> files, WeightStorage storage, CancellationToken cancellationToken)
    {
        var tensors = new Dictionary<string, WeightTensor>(StringComparer.Ordinal);
        foreach (string file in files)
        {
            foreach (WeightTensor tensor in await ReadFileAsync(Path.Combine(folder, file), storage, cancellationToken).ConfigureAwait(false))
            {
                if (!tensors.TryAdd(tensor.Name, tensor))
                    throw new ModelFormatException(index, $"'{index}' names files that both hold the tensor '{Quoted.Value(tensor.Name)}'.");
            }
        }

        return new WeightSet(tensors.Values);
    }

    private static async Task<WeightSet> ReadFileAsync(string path, WeightStorage storage, CancellationToken cancellationToken) =>
        path.EndsWith(".safetensors", StringComparison.Ordinal)
            ? (await SafetensorsFile.ReadAsync(path, storage, cancellationToken).ConfigureAwait(false)).Tensors
            : await PyTorchCheckpoint.ReadAsync(path, null, cancellationToken).ConfigureAwait(false);

    /// <summary>A name without a path, so that no file outside the folder is read or written.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9_\-.]{0,150}\.(safetensors|bin)\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex FileName();
}

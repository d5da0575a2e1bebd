using Scott.Models.Foundation;
using Scott.Models.Zoo;

namespace Scott.Models.Cli;

/// <summary>
/// A model as the command line names it: a pretrained one of the zoo, a file, or <c>untrained:</c> before an architecture, for random weights.
/// </summary>
internal static class NamedModel
{
    /// <summary>The model inside the package: it needs neither a file nor the network.</summary>
    public const string Default = "scott-mini-112";

    /// <summary>The default start of a training from scratch.</summary>
    public const string DefaultUntrained = UntrainedPrefix + Default;

    public const string HelpName = "name|file.safetensors";

    private const string UntrainedPrefix = "untrained:";

    /// <summary>What a name can be, for help.</summary>
    public static string Choices { get; } = $"a file, a pretrained model ({string.Join(", ", Pretrained)}), "
        + $"or {UntrainedPrefix}ARCHITECTURE ({string.Join(", ", ScottArchitectures.Names)})";

    /// <summary>The models that the package can load or download; others need a manifest of their own.</summary>
    private static IEnumerable<string> Pretrained => ScottModels.List()
        .Where(model => model.HasWeights && model.Sources.Any(source => source.Kind != ManifestSourceKind.Relative))
        .Select(model => model.Id);

    /// <exception cref="UsageException">There is no such model.</exception>
    public static async Task<ScottModel> LoadAsync(string model, long seed, CancellationToken cancellationToken)
    {
        Require(model);
        return IsUntrained(model) ? ScottModel.Create(model[UntrainedPrefix.Length..], seed)
            : IsFile(model) ? await ScottModel.FromFileAsync(model, cancellationToken: cancellationToken)
            : await ScottModel.FromPretrainedAsync(model, cancellationToken: cancellationToken);
    }

    /// <summary>The classifier in a file, or <see langword="null"/> if the name is no file or the file holds a backbone alone.</summary>
    public static async Task<ScottClassifier?> FindClassifierAsync(string model, CancellationToken cancellationToken)
    {
        if (!IsFile(model))
            return null;

        try
        {
            return await ScottClassifier.FromFileAsync(model, cancellationToken);
        }
        catch (ModelFormatException)
        {
            // The file has no classifier. A damaged file fails later, when its backbone is read.
            return null;
        }
    }

    /// <exception cref="UsageException">There is no such model.</exception>
    public static void Require(string model)
    {
        bool isKnown = IsUntrained(model)
            ? ScottArchitectures.Names.Contains(model[UntrainedPrefix.Length..])
            : IsFile(model) || Pretrained.Contains(model);
        Check.That(isKnown, $"There is no model '{model}'; expected {Choices}.");
    }

    /// <summary>The name of an architecture with random weights.</summary>
    public static string Untrained(string architecture) => UntrainedPrefix + architecture;

    public static bool IsUntrained(string model) => model.StartsWith(UntrainedPrefix, StringComparison.Ordinal);

    /// <summary>A file goes before a pretrained model of the same name.</summary>
    public static bool IsFile(string model) => File.Exists(model);

    /// <summary>The name as a file name that every system allows.</summary>
    public static string ToFileName(string model) => Path.GetFileNameWithoutExtension(model).Replace(':', '-');
}

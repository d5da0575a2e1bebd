using Scott.Models.Downloads;
using Scott.Models.Zoo;

namespace Scott.Models.Cli;

/// <summary>
/// A model as the command line names it: a pretrained one of the zoo, a file, a folder with a hub's files, <c>hf:</c> before a repository of the
/// Hugging Face Hub, or <c>untrained:</c> before an architecture, for random weights.
/// </summary>
internal static class NamedModel
{
    /// <summary>The default for features: inside the package, so it needs neither a file nor the network.</summary>
    public const string Default = ScottModels.DefaultId;

    /// <summary>The default architecture, which is also the name of the model in the package that learned without any labels.</summary>
    public const string DefaultArchitecture = "scott-mini-112";

    /// <summary>The default start of a training from scratch.</summary>
    public const string DefaultUntrained = UntrainedPrefix + DefaultArchitecture;

    public const string HelpName = "name|file|folder|hf:repository";

    private const string UntrainedPrefix = "untrained:";
    private const string HubPrefix = "hf:";
    private const char RevisionMark = '@';

    /// <summary>What a name can be, for help.</summary>
    public static string Choices { get; } = $"a file, a folder with config.json, a pretrained model ({string.Join(", ", Pretrained)}), "
        + $"{HubPrefix}REPOSITORY[@REVISION] of the Hugging Face Hub, "
        + $"or {UntrainedPrefix}ARCHITECTURE ({string.Join(", ", ScottArchitectures.Names)})";

    /// <summary>The models that the package can load or download; others need a manifest of their own.</summary>
    private static IEnumerable<string> Pretrained => ScottModels.List()
        .Where(model => model.IsAvailable && model.Sources.Any(source => source.Kind != ManifestSourceKind.Relative))
        .Select(model => model.Id);

    /// <summary>Loads a model.</summary>
    /// <param name="model">Its name.</param>
    /// <param name="seed">Decides the weights of an untrained one.</param>
    /// <param name="screen">Shows a download.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <param name="zoo">Where to look for a pretrained one; without it, only ids that <see cref="Require"/> knows are legal.</param>
    /// <exception cref="UsageException">There is no such model.</exception>
    public static async Task<ScottModel> LoadAsync(
        string model, long seed, Screen screen, CancellationToken cancellationToken, ZooOptions? zoo = null)
    {
        if (zoo?.IsDefault() != false)
            Require(model);
        if (IsUntrained(model))
            return ScottModel.Create(model[UntrainedPrefix.Length..], seed);
        if (IsFile(model))
            return await ScottModel.FromFileAsync(model, cancellationToken: cancellationToken);
        if (IsFolder(model))
            return await ScottModel.FromHuggingFaceFolderAsync(model, cancellationToken: cancellationToken);
        if (!IsHub(model))
            return await ScottModel.FromPretrainedAsync(model, zoo, cancellationToken: cancellationToken);

        (string repository, string? revision) = HubParts(model);
        return await AskHubAsync(() => ProgressBars.ShowAsync(screen, $"Getting {model}", report => ScottModel.FromHuggingFaceAsync(
            repository, revision, progress: Downloads(report), cancellationToken: cancellationToken)));
    }

    /// <summary>The classifier in a file, a folder or a repository. Shows the progress of a download if there is a screen.</summary>
    public static async Task<ScottClassifier> LoadClassifierAsync(string model, Screen? screen, CancellationToken cancellationToken)
    {
        if (IsFolder(model))
            return await ScottClassifier.FromHuggingFaceFolderAsync(model, cancellationToken: cancellationToken);
        if (!IsHub(model))
            return await ScottClassifier.FromFileAsync(model, cancellationToken);

        (string repository, string? revision) = HubParts(model);
        Task<ScottClassifier> Get(IProgress<DownloadProgress>? progress) => AskHubAsync(
            () => ScottClassifier.FromHuggingFaceAsync(repository, revision, progress: progress, cancellationToken: cancellationToken));
        return screen is null ? await Get(null) : await ProgressBars.ShowAsync(screen, $"Getting {model}", report => Get(Downloads(report)));
    }

    /// <summary>Whether a name can mean a classifier: models of the zoo and untrained ones are backbones.</summary>
    public static bool CanBeClassifier(string model) => IsFile(model) || IsFolder(model) || IsHub(model);

    /// <summary>The classifier that a name means, or <see langword="null"/> if there is a backbone alone.</summary>
    public static async Task<ScottClassifier?> FindClassifierAsync(string model, CancellationToken cancellationToken)
    {
        try
        {
            return CanBeClassifier(model) ? await LoadClassifierAsync(model, null, cancellationToken) : null;
        }
        catch (ModelFormatException)
        {
            // There is no classifier. A damaged file fails later, when its backbone is read.
            return null;
        }
    }

    /// <exception cref="UsageException">There is no such model.</exception>
    public static void Require(string model)
    {
        bool isKnown = IsKnown(model);
        if (!isKnown && ScottModels.ListCache().FirstOrDefault(cached => cached.Id == model) is { } stranger)
        {
            string? file = stranger.Files.FirstOrDefault(file => file.Name.EndsWith(".safetensors", StringComparison.Ordinal))?.Path;
            throw new UsageException(
                $"The model '{model}' is in the cache, but not in the package's manifest; name its file: '{file ?? stranger.Folder}'.");
        }

        Check.That(isKnown, $"There is no model '{model}'; expected {Choices}.");
    }

    /// <summary>Whether a name can mean a model.</summary>
    public static bool IsKnown(string model) => IsUntrained(model)
        ? ScottArchitectures.Names.Contains(model[UntrainedPrefix.Length..])
        : IsHub(model) ? HubParts(model).Repository.Length > 0
        : IsFile(model) || IsFolder(model) || IsPretrained(model);

    /// <summary>Whether a model of that id can be loaded: the package can load or download it, or it knows it and the cache has it.</summary>
    public static bool IsPretrained(string model) =>
        Pretrained.Contains(model)
        || (ScottModels.List().Any(known => known.Id == model && known.IsAvailable) && ScottModels.ListCache().Any(cached => cached.Id == model));

    /// <summary>Whether a name can mean a model of the zoo.</summary>
    public static bool CanBePretrained(string model) => !IsUntrained(model) && !IsHub(model) && !IsFile(model) && !IsFolder(model);

    /// <summary>The name of an architecture with random weights.</summary>
    public static string Untrained(string architecture) => UntrainedPrefix + architecture;

    public static bool IsUntrained(string model) => model.StartsWith(UntrainedPrefix, StringComparison.Ordinal);

    /// <summary>A file goes before a pretrained model of the same name.</summary>
    public static bool IsFile(string model) => File.Exists(model);

    /// <summary>A folder with the files of a hub's repository.</summary>
    public static bool IsFolder(string model) => File.Exists(Path.Combine(model, "config.json"));

    /// <summary>Whether a model is one of the Hugging Face Hub.</summary>
    public static bool IsHub(string model) => model.StartsWith(HubPrefix, StringComparison.Ordinal);

    /// <summary>The name as a file name that every system allows.</summary>
    public static string ToFileName(string model) => IsHub(model) || IsFolder(model)
        ? Path.GetFileName(Path.TrimEndingDirectorySeparator(model)).Replace(':', '-').Replace(RevisionMark, '-')
        : Path.GetFileNameWithoutExtension(model).Replace(':', '-');

    private static (string Repository, string? Revision) HubParts(string model)
    {
        string[] parts = model[HubPrefix.Length..].Split(RevisionMark, 2);
        return (parts[0], parts.Length > 1 ? parts[1] : null);
    }

    /// <summary>Asks the hub for something.</summary>
    /// <exception cref="UsageException">The name cannot be that of a repository, or the revision cannot be one.</exception>
    private static async Task<T> AskHubAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (ArgumentException exception)
        {
            throw new UsageException(exception.Message, exception);
        }
    }

    private static IProgress<DownloadProgress> Downloads(Action<string, long, long> report) =>
        ProgressBars.Listen<DownloadProgress>(
            progress => report(progress.FileName, progress.CompletedBytes, Math.Max(progress.TotalBytes, progress.CompletedBytes)));
}

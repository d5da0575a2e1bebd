using Scott.Models.Torch;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record EvaluateOptions
{
    private const int MaximumSeeds = 1000;

    /// <summary>The images that the probes learn from, a folder per class or a list.</summary>
    public required string Training { get; init; }

    /// <summary>The images that they are tested on.</summary>
    public required string Test { get; init; }

    /// <summary>Each as <see cref="NamedModel"/> understands it.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>How often every random choice is made again.</summary>
    public required int Seeds { get; init; }

    /// <summary>Whether only the simple attentive probe is trained.</summary>
    public bool OnlySimpleAttentive { get; init; }

    /// <summary>The vector that nearest neighbors and the linear probe compare; <see langword="null"/> is the model's own choice.</summary>
    public EmbeddingPooling? Pooling { get; init; }

    public TorchDevice Device { get; init; } = TorchDevice.Auto;

    /// <summary>The folder for the figures of each model, measured with the first seed.</summary>
    public string? Output { get; init; }

    /// <summary>The folder of a model's figures: named after the path, since every run gives its model the same file name.</summary>
    public string ResultName(string model)
    {
        string[] alike = [.. Models.Where(other => PlainName(other) == PlainName(model))];
        return alike.Length == 1 ? PlainName(model) : $"{PlainName(model)}-{Array.IndexOf(alike, model) + 1}";
    }

    /// <summary>Refuses the impossible, before anything is loaded.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        Check.FoldersOrLists(Training, Test);
        Check.That(Models.Distinct(StringComparer.Ordinal).Count() == Models.Count, "--model names the same model twice; expected different ones.");
        foreach (string model in Models)
            NamedModel.Require(model);

        Check.That(Seeds is >= 1 and <= MaximumSeeds, $"--seeds is {Seeds}; expected 1 to {MaximumSeeds}.");
    }

    /// <summary>The dots of a repository's name do not begin an extension.</summary>
    private static string PlainName(string model) => string.Join(
        '_',
        (NamedModel.IsFile(model) ? Path.ChangeExtension(model, null) : model).Split(['/', '\\', ':'], StringSplitOptions.RemoveEmptyEntries));
}

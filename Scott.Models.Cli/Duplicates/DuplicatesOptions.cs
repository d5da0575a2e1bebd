namespace Scott.Models.Cli;

/// <summary>What <c>scott duplicates</c> is asked to do.</summary>
internal sealed record DuplicatesOptions
{
    /// <summary>Measured with the benchmark <c>duplicates</c>; a cosine of another model means something else.</summary>
    private static readonly Dictionary<string, double> MeasuredThresholds = new(StringComparer.Ordinal)
    {
        ["scott-mini-112-distilled"] = 0.98,
        ["scott-mini-112"] = 0.99,
    };

    /// <summary>The models that have a default, for help.</summary>
    public static string Defaults { get; } = string.Join(
        ", ", MeasuredThresholds.Select(each => $"{Options.Say(each.Value)} for {each.Key}"));

    public required IReadOnlyList<string> Inputs { get; init; }

    public required InferenceChoices Inference { get; init; }

    public double? Threshold { get; init; }

    public double? FalseMatchRate { get; init; }

    /// <summary>A folder of images that are known to be different.</summary>
    public string? Different { get; init; }

    /// <summary>The folder whose copies are looked for; <see langword="null"/> to look among the inputs.</summary>
    public string? Against { get; init; }

    public string? ListPath { get; init; }

    /// <summary>How many groups, or copies, to print.</summary>
    public required int Top { get; init; }

    /// <summary>The given threshold, or that of the model; <see langword="null"/> if a rate chooses it.</summary>
    public double? FixedThreshold => FalseMatchRate is not null ? null
        : Threshold ?? (MeasuredThresholds.TryGetValue(Inference.Model, out double measured) ? measured : null);

    /// <exception cref="UsageException">The options do not go together.</exception>
    public void Validate()
    {
        Inference.Validate();
        Check.That(Threshold is null or (> 0 and <= 1), $"--threshold is {Options.Say(Threshold ?? 0)}; expected more than 0, at most 1.");
        Check.That(
            FalseMatchRate is null or (> 0 and < 1), $"--false-match-rate is {Options.Say(FalseMatchRate ?? 0)}; expected more than 0, less than 1.");
        Check.That(Threshold is null || FalseMatchRate is null, "--threshold and --false-match-rate both choose the threshold; give one.");
        Check.That(
            FalseMatchRate is null == Different is null,
            "--false-match-rate and --different go together: different images show how often a pair matches.");
        Check.That(
            FixedThreshold is not null || FalseMatchRate is not null,
            $"No threshold is known for the model '{Inference.Model}'; give --threshold, or --false-match-rate and --different.");
        Check.Folders(Different, Against);
        Check.OutputFile(ListPath);
    }
}

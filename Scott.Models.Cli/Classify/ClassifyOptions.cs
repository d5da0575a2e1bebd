namespace Scott.Models.Cli;

/// <summary>What <c>scott classify</c> is asked to do.</summary>
internal sealed record ClassifyOptions
{
    public required IReadOnlyList<string> Inputs { get; init; }

    public required InferenceChoices Inference { get; init; }

    /// <summary>How many classes to list for each image.</summary>
    public required int Count { get; init; }

    /// <summary>Whether the inputs say what the images show, so that the classifier can be tested.</summary>
    public required bool IsLabeled { get; init; }

    /// <summary>The CSV file for the predictions, or <see langword="null"/>.</summary>
    public required string? OutputPath { get; init; }

    /// <exception cref="UsageException">The options do not go together.</exception>
    public void Validate()
    {
        Inference.Validate();
        Check.That(
            NamedModel.CanBeClassifier(Inference.Model),
            $"The classifier '{Inference.Model}' does not exist; expected a file that 'scott finetune' wrote, or a classifier of the hub.");
        Check.OutputFile(OutputPath);
    }
}

using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The options of labeled images that show how a run without labels goes, and how they become <see cref="LabelChoices"/>.</summary>
internal sealed class LabelArguments
{
    private readonly Option<string?> _training = Options.Images(
        "--labels-train",
        "Labeled images, one folder per class or a CSV list, for the probes to learn from. The run itself learns nothing from labels.");

    private readonly Option<string?> _validation = Options.Images("--labels-val", "Labeled images of the same classes, to test the probes on.");
    private readonly Option<int?> _evaluateEvery = Options.Whole("--evaluate-every", "The epochs between two tests of the probes. Default: 1.");

    public void AddTo(Command command)
    {
        command.Options.Add(_training);
        command.Options.Add(_validation);
        command.Options.Add(_evaluateEvery);
    }

    /// <param name="result">Without errors.</param>
    public LabelChoices Bind(ParseResult result) => new()
    {
        Training = result.GetValue(_training),
        Validation = result.GetValue(_validation),
        EvaluateEvery = result.GetValue(_evaluateEvery),
    };
}

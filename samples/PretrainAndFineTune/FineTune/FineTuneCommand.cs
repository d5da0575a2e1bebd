using System.CommandLine;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Training;

namespace PretrainAndFineTune.FineTune;

/// <summary>The sub-command <c>finetune</c> and how it becomes <see cref="FineTuneOptions"/>.</summary>
internal sealed class FineTuneCommand
{
    public const string Name = "finetune";

    private static readonly FineTuningOptions Recipe = new();

    private readonly Argument<string[]> _labeled = new("folder")
    {
        Description = "The labeled images, one folder per class. More folders than one are taken together; classes of the same name are one.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices} to train from scratch.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.Default,
    };

    private static readonly string LearningRates =
        $"{RunArguments.Say(FineTuningOptions.DefaultPeakLearningRate)}, or {RunArguments.Say(FineTuningOptions.DefaultHeadLearningRate)} for a head alone";

    private readonly FineTuneArguments _tuning = new();
    private readonly RunArguments _run = new($"{Recipe.Epochs}", $"{Recipe.BatchSize}", LearningRates, Recipe.Seed);

    public FineTuneCommand()
    {
        Command = new Command(Name, "Makes a classifier from a backbone and labeled images, and exports it to ONNX.")
        {
            _labeled, _model,
        };
        _tuning.AddTo(Command);
        _run.AddTo(Command);
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public FineTuneOptions Bind(ParseResult result, IReadOnlyList<string> arguments) => _tuning.Apply(result, new FineTuneOptions
    {
        Arguments = arguments,
        Labeled = result.GetRequiredValue(_labeled),
        Model = result.GetRequiredValue(_model),
        Run = _run.Bind(result),
    });
}

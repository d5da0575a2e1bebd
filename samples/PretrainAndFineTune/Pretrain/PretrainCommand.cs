using System.CommandLine;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace PretrainAndFineTune.Pretrain;

/// <summary>The sub-command <c>pretrain</c> and how it becomes <see cref="PretrainOptions"/>.</summary>
internal sealed class PretrainCommand
{
    public const string Name = "pretrain";

    private static readonly PretrainingOptions Recipe = PretrainOptions.DefaultRecipe.Options;

    private readonly Argument<string[]> _folders = new("folder")
    {
        Description = $"The images, searched to the bottom for {string.Join(' ', ImageDecoder.FileExtensions)}. More folders than one are taken together.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.DefaultUntrained,
    };

    private readonly Option<string> _recipe = RunArguments.Choice(
        "--recipe",
        "short, for hours on thousands of images, or reference, as in the paper. What else is said here goes before it.",
        [PretrainOptions.DefaultRecipe.Name, .. PretrainingRecipe.All.Select(recipe => recipe.Name).Where(name => name != PretrainOptions.DefaultRecipe.Name)]);

    private readonly Option<double?> _momentum = RunArguments.Number(
        "--momentum", $"How much of itself the target encoder keeps in the first step. Default: the recipe's, {RunArguments.Say(Recipe.StartMomentum)} in short.");

    private readonly Option<bool> _half = new("--half") { Description = "Write the finished model in half precision, half the size, to be published." };
    private readonly Option<string?> _labelsTrain = RunArguments.Folder("--labels-train", "Labeled images, one folder per class, that probes learn from. The run itself learns nothing from labels.");
    private readonly Option<string?> _labelsVal = RunArguments.Folder("--labels-val", "Labeled images of the same classes, that the probes are tested on.");
    private readonly Option<int?> _evaluateEvery = RunArguments.Whole("--evaluate-every", "The epochs from one test of the probes to the next. Default: 1.");

    private readonly RunArguments _run = CreateRunArguments();

    public PretrainCommand()
    {
        Command = new Command(Name, "Pre-trains a backbone on images without labels (MIM-JEPA).") { _folders, _model, _recipe, _momentum, _half, _labelsTrain, _labelsVal, _evaluateEvery };
        _run.AddTo(Command);
    }

    public Command Command { get; }

    /// <summary>The options of a training, with the recipe's defaults in their help.</summary>
    public static RunArguments CreateRunArguments() => new(
        $"the recipe's, {Recipe.Epochs} in short", $"the recipe's, {Recipe.BatchSize} in short", $"the recipe's, {RunArguments.Say(Recipe.PeakLearningRate)} in short", Recipe.Seed);

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public PretrainOptions Bind(ParseResult result, IReadOnlyList<string> arguments) => new()
    {
        Arguments = arguments,
        Folders = result.GetRequiredValue(_folders),
        Model = result.GetRequiredValue(_model),
        Recipe = PretrainingRecipe.Get(result.GetRequiredValue(_recipe).ToLowerInvariant()),
        Momentum = result.GetValue(_momentum),
        HasHalfWeights = result.GetValue(_half),
        LabelsTrain = result.GetValue(_labelsTrain),
        LabelsVal = result.GetValue(_labelsVal),
        EvaluateEvery = result.GetValue(_evaluateEvery),
        Run = _run.Bind(result),
    };
}

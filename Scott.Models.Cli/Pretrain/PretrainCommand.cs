using System.CommandLine;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The command <c>pretrain</c> and how it becomes <see cref="PretrainOptions"/>.</summary>
internal sealed class PretrainCommand
{
    public const string Name = "pretrain";

    private const string Examples =
        """
        scott pretrain photos                                    a new scott-mini-112 by the short recipe, into runs/photos/pretrain
        scott pretrain photos --minutes 60 -o runs/hour          what fits into an hour
        scott pretrain photos -m runs/hour/model.safetensors     starts from weights that were trained before
        scott pretrain photos --labels-train labeled/train --labels-val labeled/val --evaluate-every 5
                                                                 measures the features too; one folder per class

        Ctrl-C saves the run and prints the command that resumes it; so does SIGTERM, which stops containers and services.
        The same command resumes the run after a power cut too.
        """;

    private static readonly PretrainingOptions Recipe = PretrainOptions.DefaultRecipe.Options;

    private readonly Argument<string[]> _images = new("images")
    {
        Description = $"A folder with all subfolders ({string.Join(' ', ImageDecoder.FileExtensions)}), or a CSV list, whose labels are not used. "
            + "Several make one dataset.",
        HelpName = ImageInputs.HelpName,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = Options.Model($"What to start from: {NamedModel.Choices}.", NamedModel.DefaultUntrained);

    private readonly Option<string> _recipe = RecipeOption();
    private readonly Option<string[]> _settings = SettingsOption();

    private readonly Option<double?> _momentum = Options.Number(
        "--momentum",
        $"The momentum of the target encoder at the start. Default: the recipe's, {Options.Say(Recipe.StartMomentum)} in short.");

    private readonly Option<bool> _half = new("--half") { Description = "Write the finished model in half precision, half the size." };
    private readonly LabelArguments _labels = new();
    private readonly RunArguments _run = new(
        $"the recipe's, {Recipe.Epochs} in short",
        $"the recipe's, {Recipe.BatchSize} in short",
        $"the recipe's, {Options.Say(Recipe.PeakLearningRate)} in short",
        Recipe.Seed);

    private PretrainCommand()
    {
    }

    public static Option<string> RecipeOption() => Options.Choice(
        "--recipe",
        "The recipe of pre-training: short, for hours on thousands of images; image-level, for runs of minutes only; or reference, as in the paper. "
            + "The other options override it.",
        [.. PretrainingRecipe.All.Select(recipe => recipe.Name).OrderByDescending(name => name == PretrainOptions.DefaultRecipe.Name)]);

    public static Option<string[]> SettingsOption(string? noun = null) => RecipeSettings.CreateOption(
        "targetBlocks=4, imageLevel.variance=0.2 or augmentation.minimumScale=0.4", nameof(PretrainingOptions), noun);

    public static Command Create()
    {
        var arguments = new PretrainCommand();
        var command = new ToolCommand(Name, "Pre-trains a backbone on images without labels (MIM-JEPA).", Examples)
        {
            arguments._images, arguments._model, arguments._recipe, arguments._settings, arguments._momentum, arguments._half,
        };
        arguments._labels.AddTo(command);
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) => new PretrainRun(arguments.Bind(result), screen).RunAsync(cancellationToken));
        return command;
    }

    /// <param name="result">Without errors.</param>
    private PretrainOptions Bind(ParseResult result) => new()
    {
        Command = ShellCommand.Of(result),
        Images = result.GetRequiredValue(_images),
        Model = result.GetRequiredValue(_model),
        Recipe = PretrainingRecipe.Get(result.GetRequiredValue(_recipe)),
        Settings = result.GetValue(_settings) ?? [],
        Momentum = result.GetValue(_momentum),
        HasHalfWeights = result.GetValue(_half),
        Labels = _labels.Bind(result),
        Run = _run.Bind(result),
    };
}

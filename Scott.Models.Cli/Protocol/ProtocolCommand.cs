using System.CommandLine;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The command <c>protocol</c> and how it becomes <see cref="ProtocolOptions"/>.</summary>
internal sealed class ProtocolCommand
{
    public const string Name = "protocol";

    private const string Examples =
        """
        scott protocol flowers                                   flowers/train, flowers/val and flowers/test, each with one folder per class
        scott protocol flowers --rows untrained frozen twin      frozen features alone, which takes less time
        scott protocol flowers --model model.safetensors         with a model that is pre-trained already

        This takes hours: it pre-trains models, and trains with labels several times. The same command resumes it and skips what is finished.
        Run it again with other --rows to add them to the table, which is in results.md and results.json of the output folder.
        Pre-training sees all images, those of test too, but no labels. All rows learn from the labels of train and val.
        """;

    private const string Pretraining = "pre-training";

    private static readonly PretrainingOptions Recipe = PretrainOptions.DefaultRecipe.Options;

    private readonly Argument<string> _folder = new("folder")
    {
        Description = "The folder with the folders train, test and, if there are validation images, val; each with one folder per class.",
    };

    private readonly Option<string> _architecture = new("--architecture")
    {
        Description = "The network to compare with itself.",
        HelpName = "name",
        DefaultValueFactory = _ => NamedModel.DefaultArchitecture,
    };

    private readonly Option<string?> _model = Options.File("--model", "A model file to use instead of pre-training.");
    private readonly Option<string?> _twinModel = Options.File("--twin-model", "A model file of the ViT twin to use instead of pre-training.");
    private readonly Option<ProtocolRow[]> _rows = new("--rows")
    {
        Description = "The rows to measure.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => Enum.GetValues<ProtocolRow>(),
    };

    private readonly Option<int> _seeds = Options.Whole(
        "--seeds", $"How many seeds the probes and the training with labels use, from {ProtocolFiles.FirstSeed} on.", ProtocolOptions.DefaultSeeds);

    private readonly Option<int> _scratchEpochs = Options.Whole(
        "--scratch-epochs", "The epochs of training from scratch, at most.", ProtocolOptions.DefaultScratchEpochs);

    private readonly Option<int> _fineTuneEpochs = Options.Whole(
        "--finetune-epochs", "The epochs of fine-tuning, at most.", ProtocolOptions.DefaultFineTuneEpochs);

    private readonly Option<int> _probeEpochs = Options.Whole(
        "--probe-epochs", "The epochs of the attentive probes.", ProtocolOptions.DefaultProbeEpochs);

    private readonly Option<ProbeImages[]> _probes = new("--probes")
    {
        Description = "What the attentive probes learn from: plain, images as they are; augmented, another random view of each in each epoch; "
            + "cropped, the same without changes of colors.",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => ProtocolOptions.DefaultProbes,
    };

    private readonly Option<int[]?> _fewShot = new("--few-shot")
    {
        Description = "Images per class for the table of few labels. Default: those of 1, 5 and 10 that every class has.",
        HelpName = "n",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _recipe = PretrainCommand.RecipeOption();
    private readonly Option<string[]> _settings = PretrainCommand.SettingsOption(Pretraining);
    private readonly RunArguments _run = new(
        $"the recipe's, {Recipe.Epochs} in short",
        $"the recipe's, {Recipe.BatchSize} in short",
        $"the recipe's, {Options.Say(Recipe.PeakLearningRate)} in short",
        Recipe.Seed,
        Pretraining,
        hasPatience: false);

    private ProtocolCommand()
    {
    }

    public static Command Create()
    {
        var arguments = new ProtocolCommand();
        var command = new ToolCommand(
            Name, "Compares pre-training without labels with training from scratch, by the paper's protocol, on one labeled dataset.", Examples)
        {
            arguments._folder, arguments._architecture, arguments._model, arguments._twinModel, arguments._rows, arguments._seeds,
            arguments._scratchEpochs, arguments._fineTuneEpochs, arguments._probeEpochs, arguments._probes,
            arguments._fewShot, arguments._recipe, arguments._settings,
        };
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) => ProtocolRun.RunAsync(arguments.Bind(result), screen, cancellationToken));
        return command;
    }

    /// <param name="result">Without errors.</param>
    private ProtocolOptions Bind(ParseResult result) => new()
    {
        Command = ShellCommand.Of(result),
        Folder = result.GetRequiredValue(_folder),
        Architecture = result.GetRequiredValue(_architecture),
        Model = result.GetValue(_model),
        TwinModel = result.GetValue(_twinModel),
        Rows = result.GetRequiredValue(_rows),
        Seeds = result.GetRequiredValue(_seeds),
        ScratchEpochs = result.GetRequiredValue(_scratchEpochs),
        FineTuneEpochs = result.GetRequiredValue(_fineTuneEpochs),
        ProbeEpochs = result.GetRequiredValue(_probeEpochs),
        Probes = result.GetRequiredValue(_probes),
        FewShot = result.GetValue(_fewShot) is { Length: > 0 } counts ? counts : null,
        Recipe = PretrainingRecipe.Get(result.GetRequiredValue(_recipe)),
        Settings = result.GetValue(_settings) ?? [],
        Run = _run.Bind(result),
    };
}

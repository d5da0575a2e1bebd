using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Scott.Models.Configuration;
using Scott.Models.Imaging;
using Scott.Models.Native;
using Scott.Models.Optimization;
using Scott.Models.Pretraining;
using Scott.Models.Training;

namespace PretrainAndFineTune.Pretrain;

/// <summary>The sub-command <c>pretrain</c> and how it becomes <see cref="PretrainOptions"/>.</summary>
internal sealed class PretrainCommand
{
    public const string Name = "pretrain";

    public const string Examples =
        """
        Examples:
          PretrainAndFineTune                                                   a demo of half a minute on drawn pictures
          PretrainAndFineTune pretrain photos                                   scott-mini-112 by the short recipe, into runs/photos
          PretrainAndFineTune pretrain photos --minutes 60 -o runs/hour         what fits into an hour
          PretrainAndFineTune pretrain photos -m runs/hour/model.safetensors    from weights that were trained before
          PretrainAndFineTune pretrain photos --labels-train labelled/train --labels-val labelled/val --evaluate-every 5
                                                                                measures what the features are worth; one folder per class

        Ctrl-C saves the run and prints the command that goes on with it. The same command again goes on too, after a power cut as well.

        Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted (what was learned is saved).

        """;

    private static readonly PretrainingOptions Recipe = PretrainOptions.DefaultRecipe.Options;

    private readonly Argument<string[]> _folders = new("folder")
    {
        Description = $"The pictures, searched to the bottom for {string.Join(' ', ImageDecoder.FileExtensions)}. More folders than one are taken together.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The run's folder: checkpoints, records, models. A run that is there goes on. Default: runs/NAME-OF-THE-FIRST-FOLDER.",
        HelpName = "folder",
    };

    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: an architecture ({string.Join(", ", ScottArchitectures.Names)}) or a model file.",
        HelpName = "name|file.safetensors",
        DefaultValueFactory = _ => PretrainOptions.DefaultModel,
    };

    private readonly Option<string> _recipe = new("--recipe")
    {
        Description = "short, for hours on thousands of pictures, or reference, as in the paper. What else is said here goes before it.",
        DefaultValueFactory = _ => PretrainOptions.DefaultRecipe.Name,
    };

    private readonly Option<int?> _epochs = Whole("--epochs", $"How often each picture is seen. Default: the recipe's, {Recipe.Epochs} in short.");
    private readonly Option<double?> _minutes = Number("--minutes", "A time for the run, which the schedules are spread over; --epochs is then the most that is done.");
    private readonly Option<int?> _batchSize = Whole("--batch-size", $"Pictures in one batch. Default: the recipe's, {Recipe.BatchSize} in short.");
    private readonly Option<double?> _learningRate = Number("--learning-rate", $"The highest learning rate. Default: the recipe's, {Say(Recipe.PeakLearningRate)} in short.");
    private readonly Option<double?> _momentum = Number("--momentum", $"How much of itself the target encoder keeps in the first step. Default: the recipe's, {Say(Recipe.StartMomentum)} in short.");
    private readonly Option<long?> _seed = new("--seed") { Description = $"Decides every draw. Default: {Recipe.Seed}.", HelpName = "n" };
    private readonly Option<string> _precision = new("--precision") { Description = "The numbers to compute in.", DefaultValueFactory = _ => "auto" };
    private readonly Option<int?> _patience = Whole("--patience", "End after so many epochs without a better one.");
    private readonly Option<string?> _labelsTrain = Folder("--labels-train", "Labelled pictures, one folder per class, that probes learn from. The run itself learns nothing from labels.");
    private readonly Option<string?> _labelsVal = Folder("--labels-val", "Labelled pictures of the same classes, that the probes are tested on.");
    private readonly Option<int?> _evaluateEvery = Whole("--evaluate-every", "The epochs from one test of the probes to the next. Default: 1.");
    private readonly Option<int> _workers = new("--workers") { Description = "Pictures decoded at once; 0 for one per core.", HelpName = "n" };
    private readonly Option<TorchDevice> _device = new("--device")
    {
        Description = "auto, cpu, cuda, cuda:n or mps.",
        HelpName = "name",
        CustomParser = ParseDevice,
        DefaultValueFactory = _ => TorchDevice.Auto,
    };

    private readonly Option<int> _cache = new("--cache-mb")
    {
        Description = "Memory for decoded pictures.",
        HelpName = "n",
        DefaultValueFactory = _ => (int)(TrainingRunOptions.DefaultCacheBytes / PretrainOptions.BytesPerMegabyte),
    };

    private readonly Option<double?> _checkpointMinutes = Number("--checkpoint-minutes", "The time between checkpoints. Default: 10.");
    private readonly Option<bool> _failOnUnreadable = new("--fail-on-unreadable") { Description = "End at a picture that cannot be read; else the next one takes its place." };
    private readonly Option<bool> _allowChangedOptions = new("--allow-changed-options") { Description = "Go on with a run that was begun with other options." };

    public PretrainCommand()
    {
        _recipe.AcceptOnlyFromAmong([.. PretrainingRecipe.All.Select(recipe => recipe.Name)]);
        _precision.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "auto", "float32", "bfloat16");
        Command = new Command(Name, "Pre-trains a backbone on pictures without labels (MIM-JEPA).")
        {
            _folders, _output, _model, _recipe, _epochs, _minutes, _batchSize, _learningRate, _momentum, _seed, _precision, _patience, _labelsTrain, _labelsVal, _evaluateEvery,
            _workers, _device, _cache, _checkpointMinutes, _failOnUnreadable, _allowChangedOptions,
        };
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public PretrainOptions Bind(ParseResult result, IReadOnlyList<string> arguments) => new()
    {
        Arguments = arguments,
        Folders = result.GetRequiredValue(_folders),
        Output = result.GetValue(_output),
        Model = result.GetRequiredValue(_model),
        Recipe = PretrainingRecipe.Get(result.GetRequiredValue(_recipe)),
        Epochs = result.GetValue(_epochs),
        Minutes = result.GetValue(_minutes),
        BatchSize = result.GetValue(_batchSize),
        LearningRate = result.GetValue(_learningRate),
        Momentum = result.GetValue(_momentum),
        Seed = result.GetValue(_seed),
        Precision = Enum.Parse<TrainingPrecision>(result.GetRequiredValue(_precision), ignoreCase: true),
        Patience = result.GetValue(_patience),
        LabelsTrain = result.GetValue(_labelsTrain),
        LabelsVal = result.GetValue(_labelsVal),
        EvaluateEvery = result.GetValue(_evaluateEvery),
        Workers = result.GetValue(_workers),
        Device = result.GetRequiredValue(_device),
        CacheMegabytes = result.GetValue(_cache),
        CheckpointMinutes = result.GetValue(_checkpointMinutes),
        FailsOnUnreadable = result.GetValue(_failOnUnreadable),
        AllowsChangedOptions = result.GetValue(_allowChangedOptions),
    };

    private static Option<int?> Whole(string name, string description) => new(name) { Description = description, HelpName = "n" };

    private static Option<string?> Folder(string name, string description) => new(name) { Description = description, HelpName = "folder" };

    // System.CommandLine would read 0.99 as the user's culture has it, and the printed command is to mean the same everywhere.
    private static Option<double?> Number(string name, string description) => new(name) { Description = description, HelpName = "n", CustomParser = ParseNumber };

    private static double? ParseNumber(ArgumentResult result)
    {
        if (double.TryParse(result.Tokens[0].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
        {
            return value;
        }

        result.AddError($"'{result.Tokens[0].Value}' is not a number.");
        return null;
    }

    private static TorchDevice? ParseDevice(ArgumentResult result)
    {
        try
        {
            return TorchDevice.Parse(result.Tokens[0].Value);
        }
        catch (FormatException exception)
        {
            result.AddError(exception.Message);
            return null;
        }
    }

    private static string Say(double value) => value.ToString(CultureInfo.InvariantCulture);
}

using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace PretrainAndFineTune.Running;

/// <summary>The options that every training command has, and how they become <see cref="RunChoices"/>.</summary>
/// <param name="epochs">The default, for the help.</param>
/// <param name="batchSize">The default, for the help.</param>
/// <param name="learningRate">The default, for the help.</param>
/// <param name="seed">The default, for the help.</param>
internal sealed class RunArguments(string epochs, string batchSize, string learningRate, long seed)
{
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The run's folder: checkpoints, records, results. A run that is there goes on. Default: runs/NAME-OF-THE-FIRST-FOLDER/NAME-OF-THE-COMMAND.",
        HelpName = "folder",
    };

    private readonly Option<int?> _epochs = Whole("--epochs", $"How often each image is seen. Default: {epochs}.");
    private readonly Option<double?> _minutes = Number("--minutes", "A time for the run, which the schedules are spread over; --epochs is then the most that is done.");
    private readonly Option<int?> _batchSize = Whole("--batch-size", $"Images in one batch. Default: {batchSize}.");
    private readonly Option<double?> _learningRate = Number("--learning-rate", $"The highest learning rate. Default: {learningRate}.");
    private readonly Option<long?> _seed = new("--seed") { Description = $"Decides every draw. Default: {seed}.", HelpName = "n" };
    private readonly Option<string> _precision = Choice("--precision", "The numbers to compute in.", "auto", "float32", "bfloat16");
    private readonly Option<int?> _patience = Whole("--patience", "End after so many epochs without a better one.");
    private readonly Option<int> _workers = new("--workers") { Description = "Images decoded at once; 0 for one per core.", HelpName = "n" };
    private readonly Option<TorchDevice> _device = Device();

    private readonly Option<int> _cache = new("--cache-mb")
    {
        Description = "Memory for decoded images.",
        HelpName = "n",
        DefaultValueFactory = _ => (int)(TrainingRunOptions.DefaultCacheBytes / RunChoices.BytesPerMegabyte),
    };

    private readonly Option<double?> _checkpointMinutes = Number("--checkpoint-minutes", "The time between checkpoints. Default: 10.");
    private readonly Option<bool> _failOnUnreadable = new("--fail-on-unreadable") { Description = "End at an image that cannot be read; else the next one takes its place." };
    private readonly Option<bool> _allowChangedOptions = new("--allow-changed-options") { Description = "Resume a run that was begun with other options or images." };

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[]
        {
            _output, _epochs, _minutes, _batchSize, _learningRate, _seed, _precision, _patience, _workers, _device, _cache, _checkpointMinutes, _failOnUnreadable, _allowChangedOptions,
        })
        {
            command.Options.Add(option);
        }
    }

    /// <param name="result">Without errors.</param>
    public RunChoices Bind(ParseResult result) => new()
    {
        Output = result.GetValue(_output),
        Epochs = result.GetValue(_epochs),
        Minutes = result.GetValue(_minutes),
        BatchSize = result.GetValue(_batchSize),
        LearningRate = result.GetValue(_learningRate),
        Seed = result.GetValue(_seed),
        Precision = Enum.Parse<TrainingPrecision>(result.GetRequiredValue(_precision), ignoreCase: true),
        Patience = result.GetValue(_patience),
        Workers = result.GetValue(_workers),
        Device = result.GetRequiredValue(_device),
        CacheMegabytes = result.GetValue(_cache),
        CheckpointMinutes = result.GetValue(_checkpointMinutes),
        FailsOnUnreadable = result.GetValue(_failOnUnreadable),
        AllowsChangedOptions = result.GetValue(_allowChangedOptions),
    };

    public static Option<TorchDevice> Device() => new("--device")
    {
        Description = "auto, cpu, cuda, cuda:n or mps.",
        HelpName = "name",
        CustomParser = ParseDevice,
        DefaultValueFactory = _ => TorchDevice.Auto,
    };

    public static Option<int?> Whole(string name, string description) => new(name) { Description = description, HelpName = "n" };

    public static Option<string?> Folder(string name, string description) => new(name) { Description = description, HelpName = "folder" };

    // System.CommandLine would read 0.99 as the user's culture has it, and the printed command is to mean the same everywhere.
    public static Option<double?> Number(string name, string description) => new(name) { Description = description, HelpName = "n", CustomParser = ParseNumber };

    /// <summary>The first value is the default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => values[0] };
        option.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, values);
        return option;
    }

    public static string Say(double value) => value.ToString(CultureInfo.InvariantCulture);

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
}

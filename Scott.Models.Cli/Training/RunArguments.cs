using System.CommandLine;
using Scott.Models.Torch;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The options that every training command has, and how they become <see cref="RunChoices"/>.</summary>
/// <param name="epochs">The default, for the help.</param>
/// <param name="batchSize">The default, for the help.</param>
/// <param name="learningRate">The default, for the help.</param>
/// <param name="seed">The default, for the help.</param>
/// <param name="noun">What the recipe's options are for, for the help; <see langword="null"/> if the command does one run and nothing else.</param>
/// <param name="hasPatience">Whether the run may end early.</param>
internal sealed class RunArguments(
    string epochs, string batchSize, string learningRate, long seed, string? noun = null, bool hasPatience = true)
{
    private readonly Option<string?> _output = new("--output", "-o")
    {
        Description = "The run's folder: checkpoints, records, results. If it holds a run, that run resumes. "
            + "Default: runs/DATASET/COMMAND; the dataset of flowers/train is flowers.",
        HelpName = "folder",
    };

    private readonly Option<int?> _epochs = Options.Whole(
        "--epochs", $"The epochs{Of(noun)}: how often each image is seen. Default: {epochs}.");

    private readonly Option<double?> _minutes = Options.Number(
        "--minutes", $"The time{Of(noun ?? "the run")}; the schedules fit into it, and --epochs is then the maximum.");

    private readonly Option<int?> _batchSize = Options.Whole("--batch-size", $"Images in one batch{Of(noun)}. Default: {batchSize}.");
    private readonly Option<double?> _learningRate = Options.Number(
        "--learning-rate", $"The highest learning rate{Of(noun)}. Default: {learningRate}.");

    private readonly Option<long?> _seed = new("--seed")
    {
        Description = $"Decides every random choice{Of(noun)}. Default: {seed}.",
        HelpName = "n",
    };

    private readonly Option<string> _precision = Options.Choice("--precision", "The numbers to compute in.", "auto", "float32", "bfloat16");
    private readonly Option<int?>? _patience = hasPatience
        ? Options.Whole("--patience", $"End{(noun is null ? string.Empty : $" {noun}")} after this many epochs without a better one.")
        : null;

    private readonly Option<int> _workers = new("--workers") { Description = "Images decoded at once; 0 for one per core.", HelpName = "n" };
    private readonly Option<TorchDevice> _device = Options.Device();

    private readonly Option<int> _cache = new("--cache-mb")
    {
        Description = "Memory for decoded images, in MiB.",
        HelpName = "n",
        DefaultValueFactory = _ => (int)(TrainingRunOptions.DefaultCacheBytes / RunChoices.BytesPerMegabyte),
    };

    private readonly Option<double?> _checkpointMinutes = Options.Number("--checkpoint-minutes", "The time between checkpoints. Default: 10.");
    private readonly Option<bool> _failOnUnreadable = new("--fail-on-unreadable")
    {
        Description = "Stop at an unreadable image. Otherwise another image takes its place in training, and measurements leave it out.",
    };

    private readonly Option<bool> _allowChangedOptions = new("--allow-changed-options")
    {
        Description = "Resume a run that was started with other options or images.",
    };

    public void AddTo(Command command)
    {
        Option?[] all =
        [
            _output, _epochs, _minutes, _batchSize, _learningRate, _seed, _precision, _patience, _workers, _device, _cache,
            _checkpointMinutes, _failOnUnreadable, _allowChangedOptions,
        ];
        foreach (Option option in all.OfType<Option>())
            command.Options.Add(option);
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
        Patience = _patience is null ? null : result.GetValue(_patience),
        Workers = result.GetValue(_workers),
        Device = result.GetRequiredValue(_device),
        CacheMegabytes = result.GetValue(_cache),
        CheckpointMinutes = result.GetValue(_checkpointMinutes),
        FailsOnUnreadable = result.GetValue(_failOnUnreadable),
        AllowsChangedOptions = result.GetValue(_allowChangedOptions),
    };

    private static string Of(string? noun) => noun is null ? string.Empty : $" of {noun}";
}

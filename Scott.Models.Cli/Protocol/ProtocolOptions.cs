using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The rows of the table: ways to use a network on labeled images.</summary>
internal enum ProtocolRow
{
    /// <summary>Probes on the frozen features of random weights.</summary>
    Untrained,
    /// <summary>The network trained from scratch with labels.</summary>
    Scratch,
    /// <summary>Probes on the frozen features after pre-training without labels.</summary>
    Frozen,
    /// <summary>The same for the plain ViT twin of the network.</summary>
    Twin,
    /// <summary>The pre-trained network fine-tuned with labels.</summary>
    FineTuned,
}

/// <summary>What the attentive probes learn from.</summary>
internal enum ProbeImages
{
    /// <summary>The images as they are, encoded once.</summary>
    Plain,
    /// <summary>Another random view of each image in each epoch, as in the paper.</summary>
    Augmented,
    /// <summary>The same without changes of colors: another crop of each image in each epoch, often mirrored.</summary>
    Cropped,
}

/// <summary>What the command line asks for.</summary>
internal sealed record ProtocolOptions
{
    public const int DefaultScratchEpochs = 80;
    public const int DefaultFineTuneEpochs = 30;
    public const int DefaultSeeds = 3;
    public static readonly int DefaultProbeEpochs = new ProbeOptions().Epochs;
    public static readonly ProbeImages[] DefaultProbes = [ProbeImages.Plain, ProbeImages.Augmented];
    public const int LabeledBatch = 32;

    private const int MaximumSeeds = 1000;
    private const string ScottPrefix = "scott-";

    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>The folder with the folders train, test and, if there are validation images, val.</summary>
    public required string Folder { get; init; }

    /// <summary>The name of the network's architecture.</summary>
    public required string Architecture { get; init; }

    /// <summary>A model file to use instead of pre-training.</summary>
    public string? Model { get; init; }

    /// <summary>A model file of the twin to use instead of pre-training.</summary>
    public string? TwinModel { get; init; }

    /// <summary>The rows to measure now, none twice. The table has every row that was measured.</summary>
    public IReadOnlyList<ProtocolRow> Rows { get; init; } = Enum.GetValues<ProtocolRow>();

    /// <summary>What the attentive probes learn from.</summary>
    public IReadOnlyList<ProbeImages> Probes { get; init; } = DefaultProbes;

    /// <summary>The same in their order, which decides the order of the columns.</summary>
    public IEnumerable<ProbeImages> ProbeKinds => Probes.Distinct().Order();

    /// <summary>Seeds to measure with, one after the other from 47.</summary>
    public int Seeds { get; init; } = DefaultSeeds;

    public int ScratchEpochs { get; init; } = DefaultScratchEpochs;

    public int FineTuneEpochs { get; init; } = DefaultFineTuneEpochs;

    public int ProbeEpochs { get; init; } = DefaultProbeEpochs;

    /// <summary>Images per class for the table of few labels; <see langword="null"/> for those of 1, 5 and 10 that every class has.</summary>
    public IReadOnlyList<int>? FewShot { get; init; }

    public PretrainingRecipe Recipe { get; init; } = PretrainOptions.DefaultRecipe;

    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>How pre-training runs; its folder is that of the whole protocol.</summary>
    public required RunChoices Run { get; init; }

    public string OutputPath => Run.OutputOr(Folder, ProtocolCommand.Name);

    public string Training => Path.Combine(Folder, "train");

    public string? Validation => Directory.Exists(Path.Combine(Folder, "val")) ? Path.Combine(Folder, "val") : null;

    public string Test => Path.Combine(Folder, "test");

    /// <summary>The images with labels to learn from: training and validation images.</summary>
    public IReadOnlyList<string> Labeled => Validation is { } validation ? [Training, validation] : [Training];

    /// <summary>The architecture of the twin, or <see langword="null"/> if there is none of that name.</summary>
    public string? TwinArchitecture => Architecture.StartsWith(ScottPrefix, StringComparison.Ordinal)
        ? ScottArchitectures.Names.FirstOrDefault(name => name == $"vit-{Architecture[ScottPrefix.Length..]}")
        : null;

    /// <summary>The model file of a row to use instead of pre-training.</summary>
    public string? FileOf(ProtocolRow row) => row switch
    {
        ProtocolRow.Frozen or ProtocolRow.FineTuned => Model,
        ProtocolRow.Twin => TwinModel,
        _ => null,
    };

    /// <summary>The pre-training of an architecture on all images, whose labels only show how it goes.</summary>
    public PretrainOptions ToPretraining(string architecture) => new()
    {
        Command = Command,
        Images = [.. Labeled, Test],
        Model = NamedModel.Untrained(architecture),
        Recipe = Recipe,
        Settings = Settings,
        Labels = Validation is null ? new LabelChoices() : new LabelChoices { Training = Training, Validation = Validation, EvaluateEvery = 10 },
        Run = Run with { Output = Path.Combine(OutputPath, $"pretrain-{architecture}") },
    };

    /// <summary>A training with labels, of fresh weights or of a pre-trained model. The first one learns from training images alone, and finds the
    /// best number of epochs. The second one learns from validation images too, for so many epochs.</summary>
    /// <param name="row">The row.</param>
    /// <param name="model">The model to start from.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="epochs">The best number of epochs; <see langword="null"/> to find it.</param>
    public FineTuneOptions ToFineTuning(ProtocolRow row, string model, long seed, int? epochs) => new()
    {
        Command = Command,
        Labeled = epochs is null ? [Training] : Labeled,

        // The second training has nothing to choose; what it measures on images that it knows is not used.
        Validation = epochs is null ? Validation : Validation ?? Training,
        Test = epochs is null ? null : Test,
        TakesLastEpoch = epochs is not null,
        Model = model,
        FromScratch = row == ProtocolRow.Scratch,
        Run = new RunChoices
        {
            Output = Path.Combine(OutputPath, $"{row}-{seed}{(epochs is null ? "-choice" : string.Empty)}"),
            Epochs = epochs ?? EpochsOf(row),
            BatchSize = LabeledBatch,
            Seed = seed,
            Workers = Run.Workers,
            Device = Run.Device,
            Precision = Run.Precision,
            CacheMegabytes = Run.CacheMegabytes,
            CheckpointMinutes = Run.CheckpointMinutes,
            FailsOnUnreadable = Run.FailsOnUnreadable,
            AllowsChangedOptions = Run.AllowsChangedOptions,
        },
    };

    /// <summary>How a frozen model is measured, for seeds that follow each other.</summary>
    public EvaluationOptions ToEvaluation(long[] seeds, ProbeImages images, IReadOnlyList<int> fewShot) => new()
    {
        RefitsWithValidation = true,
        FailOnUnreadable = Run.FailsOnUnreadable,
        FewShotPerClass = fewShot,
        Probe = new ProbeOptions
        {
            Seed = seeds[0],
            Repeats = seeds.Length,
            Epochs = ProbeEpochs,
            Augmentation = images switch
            {
                ProbeImages.Augmented => new AugmentationSpec(),
                ProbeImages.Cropped => new AugmentationSpec { ColorMode = ViewColorMode.None },
                _ => null,
            },
        },
    };

    private int EpochsOf(ProtocolRow row) => row == ProtocolRow.Scratch ? ScratchEpochs : FineTuneEpochs;

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        Check.Folders(Training, Test);
        Check.That(
            ScottArchitectures.Names.Contains(Architecture),
            $"There is no architecture '{Architecture}'; expected one of {string.Join(", ", ScottArchitectures.Names)}.");
        foreach (string model in new[] { Model, TwinModel }.OfType<string>())
            Check.That(File.Exists(model), $"The model file '{model}' does not exist.");

        Check.That(Rows.Count > 0, "--rows names no row.");
        Check.That(
            !Rows.Contains(ProtocolRow.Twin) || TwinArchitecture is not null,
            $"'{Architecture}' has no ViT twin; leave out the row twin with --rows.");
        Check.That(Seeds is >= 1 and <= MaximumSeeds, $"--seeds is {Seeds}; expected 1 to {MaximumSeeds}.");
        Check.That(ScratchEpochs >= 1, $"--scratch-epochs is {ScratchEpochs}; expected at least 1.");
        Check.That(FineTuneEpochs >= 1, $"--finetune-epochs is {FineTuneEpochs}; expected at least 1.");
        Check.That(ProbeEpochs >= 1, $"--probe-epochs is {ProbeEpochs}; expected at least 1.");
        Check.That(Probes.Count > 0, "--probes names nothing.");
        Check.That(
            FewShot?.All(count => count >= 1) != false, $"--few-shot is {string.Join(' ', FewShot ?? [])}; expected numbers of at least 1.");
        PretrainOptions pretraining = ToPretraining(Architecture);
        pretraining.Validate();
        Check.That(
            pretraining.ToTrainingOptions().Patience is null,
            "--set patience would let labels end pre-training; leave it out, and choose the length with --epochs.");
    }
}

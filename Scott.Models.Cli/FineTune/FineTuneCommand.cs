using System.CommandLine;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The command <c>finetune</c> and how it becomes <see cref="FineTuneOptions"/>.</summary>
internal sealed class FineTuneCommand
{
    public const string Name = "finetune";

    private const string Examples =
        """
        scott finetune labeled/train --test labeled/val          from the default model to a classifier, as a file and as ONNX
        scott finetune labeled/train -m runs/hour/model.safetensors
                                                                 from a model of your own
        scott finetune labeled/train --scope frozen --head linear
                                                                 a linear head on frozen features
        scott finetune train.csv --test test.csv                 from lists of path,label
        scott finetune labels.csv --multi-label --test test.csv  several labels per image, listed as path,labels with a|b
        scott finetune labeled/train --set classBalance=balanced --set augmentation.minimumScale=0.35
                                                                 rare classes count as much as others; larger crops

        Ctrl-C saves the run and prints the command that resumes it; so does SIGTERM, which stops containers and services.
        """;

    private static readonly Dictionary<string, FineTuningScope> Scopes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["full"] = FineTuningScope.Full,
        ["frozen"] = FineTuningScope.FrozenBackbone,
        ["last-blocks"] = FineTuningScope.LastBlocks,
        ["adapters"] = FineTuningScope.LowRankAdapters,
    };

    private static readonly Dictionary<string, ClassifierHead> Heads = new(StringComparer.OrdinalIgnoreCase)
    {
        ["simple"] = ClassifierHead.SimpleAttentive,
        ["multi-head"] = ClassifierHead.MultiHeadAttentive,
        ["cross"] = ClassifierHead.CrossAttentive,
        ["linear"] = ClassifierHead.Linear,
    };

    private static readonly FineTuningOptions Recipe = new();

    private static readonly string LearningRates =
        $"{Options.Say(FineTuningOptions.DefaultPeakLearningRate)}, or {Options.Say(FineTuningOptions.DefaultHeadLearningRate)} for a head alone";

    private readonly Argument<string[]> _labeled = new("labeled")
    {
        Description = "The labeled images: a folder with one folder per class, or a CSV list of path,label. Several make one dataset; classes of "
            + "the same name are one.",
        HelpName = ImageInputs.HelpName,
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string> _model = Options.Model($"What to start from: {NamedModel.Choices} to train from scratch.", NamedModel.Default);

    private readonly Option<string?> _validation = Options.Images(
        "--val", "Labeled images that decide which epoch is the best. Default: 15 % of each class are set aside.");

    private readonly Option<string?> _test = Options.Images("--test", "Labeled images to test the finished classifier on.");

    private readonly Option<bool> _multiLabel = new("--multi-label")
    {
        Description = "Images have any number of labels. They are listed in a CSV file, with the header path,labels and labels such as a|b, or with "
            + "a column of 0 and 1 for each label; or a file is linked into several class folders.",
    };

    private readonly Option<string?> _separator = new("--label-separator")
    {
        Description = "The separator of labels in a field: | or ;. Default: the one that the file uses.",
        HelpName = "character",
    };

    private readonly Option<string> _scope = Options.Choice(
        "--scope", "Which weights change besides the head's: all, none, those of the last two blocks, or low-rank adapters.", [.. Scopes.Keys]);

    private readonly Option<string> _head = Options.Choice("--head", "What turns the backbone's tokens into classes.", [.. Heads.Keys]);

    private readonly Option<double?> _layerDecay = Options.Number(
        "--layer-decay",
        $"The factor of the learning rate from each layer to the one before. Default: {Options.Say(Recipe.LayerDecay)}, or 1 from scratch.");

    private readonly Option<string[]> _settings = SettingsOption();
    private readonly RunArguments _run = new($"{Recipe.Epochs}", $"{Recipe.BatchSize}", LearningRates, Recipe.Seed);

    private FineTuneCommand()
    {
    }

    public static Option<string[]> SettingsOption(string? noun = null) => RecipeSettings.CreateOption(
        "classBalance=balanced, mixupAlpha=0.2 or augmentation.minimumScale=0.35", nameof(FineTuningOptions), noun);

    public static Command Create()
    {
        var arguments = new FineTuneCommand();
        var command = new ToolCommand(Name, "Makes a classifier from a backbone and labeled images, and exports it to ONNX.", Examples)
        {
            arguments._labeled, arguments._model, arguments._validation, arguments._test, arguments._multiLabel, arguments._separator,
            arguments._scope, arguments._head, arguments._layerDecay, arguments._settings,
        };
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) =>
        {
            FineTuneOptions options = arguments.Bind(result);
            return options.IsMultiLabel
                ? new MultiLabelRun(options, screen).RunAsync(cancellationToken)
                : new FineTuneRun(options, screen).RunAsync(cancellationToken);
        });
        arguments._separator.AcceptOnlyFromAmong("|", ";");
        return command;
    }

    /// <param name="result">Without errors.</param>
    private FineTuneOptions Bind(ParseResult result) => new()
    {
        Command = ShellCommand.Of(result),
        Labeled = result.GetRequiredValue(_labeled),
        Model = result.GetRequiredValue(_model),
        Validation = result.GetValue(_validation),
        Test = result.GetValue(_test),
        IsMultiLabel = result.GetValue(_multiLabel),
        LabelSeparator = result.GetValue(_separator) is [var separator] ? separator : null,
        Scope = Options.IsGiven(result, _scope) ? Scopes[result.GetRequiredValue(_scope)] : null,
        Head = Options.IsGiven(result, _head) ? Heads[result.GetRequiredValue(_head)] : null,
        LayerDecay = result.GetValue(_layerDecay),
        Settings = result.GetValue(_settings) ?? [],
        Run = _run.Bind(result),
    };
}

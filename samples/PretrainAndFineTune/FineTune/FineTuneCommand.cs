using System.CommandLine;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Configuration;
using Scott.Models.FineTuning;

namespace PretrainAndFineTune.FineTune;

/// <summary>The sub-command <c>finetune</c> and how it becomes <see cref="FineTuneOptions"/>.</summary>
internal sealed class FineTuneCommand
{
    public const string Name = "finetune";

    public static readonly IReadOnlyDictionary<string, FineTuningScope> Scopes = new Dictionary<string, FineTuningScope>(StringComparer.OrdinalIgnoreCase)
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

    private readonly Argument<string[]> _labelled = new("folder")
    {
        Description = "The labelled pictures, one folder per class. More folders than one are taken together; classes of the same name are one.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _validation = RunArguments.Folder("--val", "Labelled pictures that decide which epoch is the best. Default: 15 % of each class are set aside.");
    private readonly Option<string?> _test = RunArguments.Folder("--test", "Labelled pictures that the finished classifier is tested on.");
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices} to train from scratch.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.Default,
    };

    private readonly Option<string> _scope = RunArguments.Choice("--scope", "Which weights change beside the head's: all, none, those of the last two blocks, or low-rank adapters.", [.. Scopes.Keys]);
    private readonly Option<string> _head = RunArguments.Choice("--head", "What turns the backbone's tokens into classes.", [.. Heads.Keys]);
    private readonly Option<double?> _layerDecay = RunArguments.Number(
        "--layer-decay", $"What the learning rate is multiplied by from each layer to the one before. Default: {RunArguments.Say(Recipe.LayerDecay)}, or 1 from scratch.");

    private readonly RunArguments _run = new($"{Recipe.Epochs}", $"{Recipe.BatchSize}", RunArguments.Say(Recipe.PeakLearningRate), Recipe.Seed);

    public FineTuneCommand()
    {
        Command = new Command(Name, "Makes a classifier from a backbone and labelled pictures, and exports it to ONNX.")
        {
            _labelled, _validation, _test, _model, _scope, _head, _layerDecay,
        };
        _run.AddTo(Command);
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public FineTuneOptions Bind(ParseResult result, IReadOnlyList<string> arguments) => new()
    {
        Arguments = arguments,
        Labelled = result.GetRequiredValue(_labelled),
        Validation = result.GetValue(_validation),
        Test = result.GetValue(_test),
        Model = result.GetRequiredValue(_model),
        Scope = Scopes[result.GetRequiredValue(_scope)],
        Head = Heads[result.GetRequiredValue(_head)],
        LayerDecay = result.GetValue(_layerDecay),
        Run = _run.Bind(result),
    };
}

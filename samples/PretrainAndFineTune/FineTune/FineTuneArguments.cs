using System.CommandLine;
using PretrainAndFineTune.Running;
using Scott.Models;
using Scott.Models.Training;

namespace PretrainAndFineTune.FineTune;

/// <summary>The options of every command that makes a classifier, beside those of any training.</summary>
internal sealed class FineTuneArguments
{
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

    private readonly Option<string?> _validation = RunArguments.Folder("--val", "Labeled images that decide which epoch is the best. Default: 15 % of each class are set aside.");
    private readonly Option<string?> _test = RunArguments.Folder("--test", "Labeled images that the finished classifier is tested on.");
    private readonly Option<string> _scope = RunArguments.Choice("--scope", "Which weights change beside the head's: all, none, those of the last two blocks, or low-rank adapters.", [.. Scopes.Keys]);
    private readonly Option<string> _head = RunArguments.Choice("--head", "What turns the backbone's tokens into classes.", [.. Heads.Keys]);
    private readonly Option<double?> _layerDecay = RunArguments.Number(
        "--layer-decay", $"What the learning rate is multiplied by from each layer to the one before. Default: {RunArguments.Say(new FineTuningOptions().LayerDecay)}, or 1 from scratch.");

    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _validation, _test, _scope, _head, _layerDecay })
        {
            command.Options.Add(option);
        }
    }

    /// <param name="result">Without errors.</param>
    /// <param name="options">Without what these arguments say.</param>
    public FineTuneOptions Apply(ParseResult result, FineTuneOptions options) => options with
    {
        Validation = result.GetValue(_validation),
        Test = result.GetValue(_test),
        Scope = Scopes[result.GetRequiredValue(_scope)],
        Head = Heads[result.GetRequiredValue(_head)],
        LayerDecay = result.GetValue(_layerDecay),
    };
}

using System.CommandLine;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Torch;

namespace PretrainAndFineTune.Evaluate;

/// <summary>The sub-command <c>evaluate</c> and how it becomes <see cref="EvaluateOptions"/>.</summary>
internal sealed class EvaluateCommand
{
    public const string Name = "evaluate";

    private const int DefaultSeeds = 3;
    private const string OnlySimple = "simple";

    private readonly Argument<string> _training = new("labeled") { Description = "The images that probes learn from, one folder per class." };
    private readonly Argument<string> _test = new("test") { Description = "The images that they are tested on, of the same classes." };
    private readonly Option<string[]> _models = new("--model", "-m")
    {
        Description = $"Models to measure, each {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<int> _seeds = new("--seeds")
    {
        Description = "How often everything random is drawn anew: probes, and an untrained model's weights.",
        HelpName = "n",
        DefaultValueFactory = _ => DefaultSeeds,
    };

    private readonly Option<string> _attentive = RunArguments.Choice(
        "--attentive", "Which attentive probes are trained: the paper's three, which take most of the time, or the simple one alone.", "all", OnlySimple);

    private readonly Option<TorchDevice> _device = RunArguments.Device();
    private readonly Option<string?> _output = RunArguments.Folder("--output", "Gets a folder of figures and confusion matrices for each model.");

    public EvaluateCommand()
    {
        _output.Aliases.Add("-o");
        Command = new Command(Name, "Measures what models' frozen features are worth: nearest neighbors, a linear probe, and the paper's attentive probes.")
        {
            _training, _test, _models, _seeds, _attentive, _device, _output,
        };
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    public EvaluateOptions Bind(ParseResult result) => new()
    {
        Training = result.GetRequiredValue(_training),
        Test = result.GetRequiredValue(_test),
        Models = result.GetRequiredValue(_models),
        Seeds = result.GetValue(_seeds),
        OnlySimpleAttentive = result.GetRequiredValue(_attentive) == OnlySimple,
        Device = result.GetRequiredValue(_device),
        Output = result.GetValue(_output),
    };
}

using System.CommandLine;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Training;

namespace PretrainAndFineTune.Compare;

/// <summary>The sub-command <c>compare</c> and how it becomes the runs that are compared.</summary>
internal sealed class CompareCommand
{
    public const string Name = "compare";

    private readonly Argument<string> _labeled = new("labeled") { Description = "The images to learn from, one folder per class." };
    private readonly Argument<string> _test = new("test") { Description = "The images to be tested on, of the same classes." };
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"The trained model: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.Default,
    };

    private readonly RunArguments _run = new($"{new FineTuningOptions().Epochs}", $"{new FineTuningOptions().BatchSize}", "the recipe's", new FineTuningOptions().Seed);

    public CompareCommand()
    {
        Command = new Command(Name, "Compares what a trained model is worth: a head on its frozen features, full fine-tuning, and the same network trained from scratch.")
        {
            _labeled, _test, _model,
        };
        _run.AddTo(Command);
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    /// <returns>Each run with what it is called.</returns>
    public IReadOnlyList<(string Name, FineTuneOptions Options)> Bind(ParseResult result, IReadOnlyList<string> arguments)
    {
        RunChoices run = _run.Bind(result);
        string folder = run.OutputOr(result.GetRequiredValue(_labeled), Name);
        FineTuneOptions Options(string name, FineTuningScope scope) => new()
        {
            Arguments = arguments,
            Labeled = [result.GetRequiredValue(_labeled)],
            Test = result.GetRequiredValue(_test),
            Model = result.GetRequiredValue(_model),
            Scope = scope,
            Run = run with { Output = Path.Combine(folder, name) },
        };
        return
        [
            ("head on frozen features", Options("frozen", FineTuningScope.FrozenBackbone)),
            ("full fine-tuning", Options("full", FineTuningScope.Full)),
            ("from scratch", Options("scratch", FineTuningScope.Full) with { FromScratch = true }),
        ];
    }
}

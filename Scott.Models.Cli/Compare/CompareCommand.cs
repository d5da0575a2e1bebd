using System.CommandLine;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The command <c>compare</c> and how it becomes the runs that are compared.</summary>
internal sealed class CompareCommand
{
    private const string Name = "compare";

    private const string Examples =
        """
        scott compare labeled/train labeled/val                  frozen features, fine-tuned, and trained from scratch
        scott compare labeled/train labeled/val -m runs/hour/model.safetensors --epochs 20
                                                                 the same from a model of your own
        """;

    private const string EachRun = "each run";

    private static readonly FineTuningOptions Recipe = new();

    private readonly Argument<string> _labeled = new("labeled")
    {
        Description = "The images to learn from: a folder with one folder per class, or a CSV list of path,label.",
    };

    private readonly Argument<string> _test = new("test") { Description = "The images to test on, of the same classes; a folder or a CSV list." };
    private readonly Option<string> _model = Options.Model($"The trained model: {NamedModel.Choices}.", NamedModel.Default);
    private readonly Option<string[]> _settings = FineTuneCommand.SettingsOption(EachRun);
    private readonly RunArguments _run = new($"{Recipe.Epochs}", $"{Recipe.BatchSize}", "the recipe's", Recipe.Seed, EachRun);

    private CompareCommand()
    {
    }

    public static Command Create()
    {
        var arguments = new CompareCommand();
        var command = new ToolCommand(
            Name, "Compares a head on frozen features, full fine-tuning, and the same network trained from scratch.", Examples)
        {
            arguments._labeled, arguments._test, arguments._model, arguments._settings,
        };
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) => new CompareRun(arguments.Bind(result), screen).RunAsync(cancellationToken));
        return command;
    }

    /// <param name="result">Without errors.</param>
    /// <returns>Each run with its name in the table.</returns>
    private IReadOnlyList<(string Name, FineTuneOptions Options)> Bind(ParseResult result)
    {
        RunChoices run = _run.Bind(result);
        string[] settings = result.GetValue(_settings) ?? [];
        string? scope = Array.Find(settings, setting => setting.StartsWith("scope=", StringComparison.Ordinal));
        Check.That(scope is null, $"--set {scope} does not go with compare, whose runs differ in their scope; leave it out.");
        string folder = run.OutputOr(result.GetRequiredValue(_labeled), Name);
        FineTuneOptions Run(string name, FineTuningScope trained) => new()
        {
            Command = ShellCommand.Of(result),
            Labeled = [result.GetRequiredValue(_labeled)],
            Test = result.GetRequiredValue(_test),
            Model = result.GetRequiredValue(_model),
            Settings = settings,
            Scope = trained,
            Run = run with { Output = Path.Combine(folder, name) },
        };
        return
        [
            ("head on frozen features", Run("frozen", FineTuningScope.FrozenBackbone)),
            ("full fine-tuning", Run("full", FineTuningScope.Full)),
            ("from scratch", Run("scratch", FineTuningScope.Full) with { FromScratch = true }),
        ];
    }
}

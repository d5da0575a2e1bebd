using System.CommandLine;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Pretrain;
using PretrainAndFineTune.Running;
using Samples.Shared;

namespace PretrainAndFineTune.Both;

/// <summary>The sub-command <c>both</c>: unlabelled and labelled pictures in, a classifier out. Its two runs are those of the other commands.</summary>
internal sealed class BothCommand
{
    public const string Name = "both";

    private readonly Argument<string> _pictures = new("pictures") { Description = "The pictures to pre-train on; labels are not needed and not looked at." };
    private readonly Argument<string> _labelled = new("labelled") { Description = "The labelled pictures, one folder per class." };
    private readonly Option<string?> _test = RunArguments.Folder("--test", "Labelled pictures that the finished classifier is tested on.");
    private readonly Option<string?> _output = RunArguments.Folder("--output", "Gets the folders pretrain and finetune. Runs that are there go on. Default: runs/NAME-OF-THE-FIRST-FOLDER/both.");
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.DefaultUntrained,
    };

    private readonly Option<double?> _minutes = RunArguments.Number("--minutes", "A time for the pre-training.");
    private readonly Option<int?> _epochs = RunArguments.Whole("--epochs", "How often pre-training sees each picture.");
    private readonly Option<int?> _tuningEpochs = RunArguments.Whole("--finetune-epochs", "How often fine-tuning sees each picture.");
    private readonly Option<int?> _batchSize = RunArguments.Whole("--batch-size", "Pictures in one batch.");

    public BothCommand()
    {
        _output.Aliases.Add("-o");
        Command = new Command(Name, "Pre-trains on pictures without labels, then makes a classifier of the result.")
        {
            _pictures, _labelled, _test, _output, _model, _minutes, _epochs, _tuningEpochs, _batchSize,
        };
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public (PretrainOptions Pretrain, FineTuneOptions FineTune) Bind(ParseResult result, IReadOnlyList<string> arguments)
    {
        string folder = new RunChoices { Output = result.GetValue(_output) }.OutputOr(result.GetRequiredValue(_pictures), Name);
        var run = new RunChoices { BatchSize = result.GetValue(_batchSize) };
        var pretrain = new PretrainOptions
        {
            Arguments = arguments,
            Folders = [result.GetRequiredValue(_pictures)],
            Model = result.GetRequiredValue(_model),
            Run = run with { Output = Path.Combine(folder, PretrainCommand.Name), Epochs = result.GetValue(_epochs), Minutes = result.GetValue(_minutes) },
        };
        var fineTune = new FineTuneOptions
        {
            Arguments = arguments,
            Labelled = [result.GetRequiredValue(_labelled)],
            Test = result.GetValue(_test),
            Model = Path.Combine(pretrain.OutputPath, PretrainRun.ModelFile),
            Run = run with { Output = Path.Combine(folder, FineTuneCommand.Name), Epochs = result.GetValue(_tuningEpochs) },
        };
        return (pretrain, fineTune);
    }

    /// <summary>One after the other; what is finished already is passed through.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync((PretrainOptions Pretrain, FineTuneOptions FineTune) options, Screen screen, CancellationToken cancellationToken)
    {
        options.Pretrain.Validate();
        options.FineTune.Validate(modelIsToCome: true);
        options.FineTune.OpenPictures();
        int code = await new PretrainRun(options.Pretrain, screen).RunAsync(cancellationToken);
        return code == ExitCode.Success ? await new FineTuneRun(options.FineTune, screen).RunAsync(cancellationToken) : code;
    }
}

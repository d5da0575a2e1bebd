using System.CommandLine;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Pretrain;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Training;

namespace PretrainAndFineTune.Both;

/// <summary>The sub-command <c>both</c>: unlabelled and labelled pictures in, a classifier out. Its two runs are those of the other commands.</summary>
internal sealed class BothCommand
{
    public const string Name = "both";

    private readonly Argument<string> _pictures = new("pictures") { Description = "The pictures to pre-train on; labels are not needed and not looked at." };
    private readonly Argument<string> _labelled = new("labelled") { Description = "The labelled pictures, one folder per class." };
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.DefaultUntrained,
    };

    private readonly Option<int?> _tuningEpochs = RunArguments.Whole("--finetune-epochs", $"How often fine-tuning sees each picture. Default: {new FineTuningOptions().Epochs}.");
    private readonly FineTuneArguments _tuning = new();
    private readonly RunArguments _run = PretrainCommand.CreateRunArguments();

    public BothCommand()
    {
        Command = new Command(
            Name,
            "Pre-trains on pictures without labels, then makes a classifier of the result. --epochs, --minutes, --learning-rate and --patience are the pre-training's.")
        {
            _pictures, _labelled, _model, _tuningEpochs,
        };
        _tuning.AddTo(Command);
        _run.AddTo(Command);
    }

    public Command Command { get; }

    /// <param name="result">Without errors.</param>
    /// <param name="arguments">What it was parsed from, the sub-command's name included.</param>
    public (PretrainOptions Pretrain, FineTuneOptions FineTune) Bind(ParseResult result, IReadOnlyList<string> arguments)
    {
        RunChoices run = _run.Bind(result);
        string folder = run.OutputOr(result.GetRequiredValue(_pictures), Name);
        var pretrain = new PretrainOptions
        {
            Arguments = arguments,
            Folders = [result.GetRequiredValue(_pictures)],
            Model = result.GetRequiredValue(_model),
            Run = run with { Output = Path.Combine(folder, PretrainCommand.Name) },
        };
        FineTuneOptions fineTune = _tuning.Apply(result, new FineTuneOptions
        {
            Arguments = arguments,
            Labelled = [result.GetRequiredValue(_labelled)],
            Model = Path.Combine(pretrain.OutputPath, PretrainRun.ModelFile),
            Run = run with
            {
                Output = Path.Combine(folder, FineTuneCommand.Name),
                Epochs = result.GetValue(_tuningEpochs),
                Minutes = null,
                LearningRate = null,
                Patience = null,
            },
        });
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

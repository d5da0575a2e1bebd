using System.CommandLine;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Pretrain;
using PretrainAndFineTune.Running;
using Samples.Shared;
using Scott.Models.Training;

namespace PretrainAndFineTune.Both;

/// <summary>The sub-command <c>both</c>: unlabeled and labeled images in, a classifier out. Its two runs are those of the other commands.</summary>
internal sealed class BothCommand
{
    public const string Name = "both";

    private readonly Argument<string> _images = new("images") { Description = "The images to pre-train on; labels are not needed and not looked at." };
    private readonly Argument<string> _labeled = new("labeled") { Description = "The labeled images, one folder per class." };
    private readonly Option<string> _model = new("--model", "-m")
    {
        Description = $"What to begin with: {NamedModel.Choices}.",
        HelpName = NamedModel.HelpName,
        DefaultValueFactory = _ => NamedModel.DefaultUntrained,
    };

    private readonly Option<int?> _tuningEpochs = RunArguments.Whole("--finetune-epochs", $"How often fine-tuning sees each image. Default: {new FineTuningOptions().Epochs}.");
    private readonly FineTuneArguments _tuning = new();
    private readonly RunArguments _run = PretrainCommand.CreateRunArguments();

    public BothCommand()
    {
        Command = new Command(
            Name,
            "Pre-trains on images without labels, then makes a classifier of the result. --epochs, --minutes, --learning-rate and --patience are the pre-training's.")
        {
            _images, _labeled, _model, _tuningEpochs,
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
        string folder = run.OutputOr(result.GetRequiredValue(_images), Name);
        var pretrain = new PretrainOptions
        {
            Arguments = arguments,
            Folders = [result.GetRequiredValue(_images)],
            Model = result.GetRequiredValue(_model),
            Run = run with { Output = Path.Combine(folder, PretrainCommand.Name) },
        };
        FineTuneOptions fineTune = _tuning.Apply(result, new FineTuneOptions
        {
            Arguments = arguments,
            Labeled = [result.GetRequiredValue(_labeled)],
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
        options.FineTune.OpenImages();
        int code = await new PretrainRun(options.Pretrain, screen).RunAsync(cancellationToken);
        return code == ExitCode.Success ? await new FineTuneRun(options.FineTune, screen).RunAsync(cancellationToken) : code;
    }
}

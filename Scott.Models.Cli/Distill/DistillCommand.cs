using System.CommandLine;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>The command <c>distill</c> and how it becomes <see cref="DistillOptions"/>.</summary>
internal sealed class DistillCommand
{
    public const string Name = "distill";

    private const string Examples =
        """
        scott distill photos --teacher hf:facebook/dinov2-small          a small model of your own from a big one, on your photos
        scott distill photos --teacher net.onnx --teacher-input net.json  any network in an ONNX file as the teacher
        scott distill photos --teacher hf:facebook/dinov2-small --labels-train labeled/train --labels-val labeled/val
                                                                 prints what it is worth: before, after, and the teacher

        Ctrl-C saves the run and prints the command that resumes it. What the teacher said is kept in the run's folder.
        """;

    private static readonly DistillationOptions Recipe = new();

    private readonly Argument<string[]> _folders = new("folder")
    {
        Description = "A folder with all subfolders. Several folders make one dataset. Labels are not needed.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _teacher = new("--teacher", "-t")
    {
        Description = $"The teacher: {NamedModel.Choices}; or a file that ends in .onnx, or several that run one after the other.",
        HelpName = "model|file.onnx",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _teacherInput = Options.File(
        "--teacher-input", "What a teacher in .onnx files takes and gives, as JSON of OnnxTeacherOptions. Default: 224 pixels, ImageNet's mean.");

    private readonly Option<string> _model = Options.Model($"The student to start from: {NamedModel.Choices}.", NamedModel.Default);

    private readonly Option<string[]> _settings = new("--set")
    {
        Description = "Any other setting, such as teacherView=sameCrop, relationWeight=1 or augmentation.minimumScale=0.4. "
            + "The names are the properties of DistillationOptions and AugmentationSpec. May be repeated.",
        HelpName = "name=value",
        DefaultValueFactory = _ => [],
    };

    private readonly Option<bool> _half = new("--half") { Description = "Write the finished model in half precision, half the size." };
    private readonly Option<string?> _labelsTrain = Options.Folder(
        "--labels-train", "Labeled images, one folder per class, for the probes to learn from. The run itself learns nothing from labels.");

    private readonly Option<string?> _labelsVal = Options.Folder("--labels-val", "Labeled images of the same classes, to test the probes on.");
    private readonly Option<int?> _evaluateEvery = Options.Whole("--evaluate-every", "The epochs between two tests of the probes. Default: 1.");

    private readonly RunArguments _run = new(
        $"{Recipe.Epochs}", $"{Recipe.BatchSize}", Options.Say(Recipe.PeakLearningRate), Recipe.Seed);

    private DistillCommand()
    {
    }

    public static Command Create()
    {
        var arguments = new DistillCommand();
        var command = new ToolCommand(Name, "Teaches a model the features of another one, on images without labels.", Examples)
        {
            arguments._folders, arguments._teacher, arguments._teacherInput, arguments._model, arguments._settings, arguments._half,
            arguments._labelsTrain, arguments._labelsVal, arguments._evaluateEvery,
        };
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) => new DistillRun(arguments.Bind(result), screen).RunAsync(cancellationToken));
        return command;
    }

    /// <param name="result">Without errors.</param>
    private DistillOptions Bind(ParseResult result) => new()
    {
        Command = ShellCommand.Of(result),
        Folders = result.GetRequiredValue(_folders),
        Teacher = result.GetRequiredValue(_teacher),
        TeacherInput = result.GetValue(_teacherInput),
        Model = result.GetRequiredValue(_model),
        Settings = result.GetValue(_settings) ?? [],
        HasHalfWeights = result.GetValue(_half),
        LabelsTrain = result.GetValue(_labelsTrain),
        LabelsVal = result.GetValue(_labelsVal),
        EvaluateEvery = result.GetValue(_evaluateEvery),
        Run = _run.Bind(result),
    };
}

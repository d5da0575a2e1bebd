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

    private readonly Argument<string[]> _images = new("images")
    {
        Description = "A folder with all subfolders, or a CSV list. Several make one dataset. Labels are not needed and not used.",
        HelpName = ImageInputs.HelpName,
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

    private readonly Option<string> _model = Options.Model($"The student to start from: {NamedModel.Choices}.", NamedModel.DefaultArchitecture);

    private readonly Option<string[]> _settings = RecipeSettings.CreateOption(
        "teacherView=sameCrop, relationWeight=1 or augmentation.minimumScale=0.4", nameof(DistillationOptions));

    private readonly Option<bool> _half = new("--half") { Description = "Write the finished model in half precision, half the size." };
    private readonly LabelArguments _labels = new();
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
            arguments._images, arguments._teacher, arguments._teacherInput, arguments._model, arguments._settings, arguments._half,
        };
        arguments._labels.AddTo(command);
        arguments._run.AddTo(command);
        command.Do((result, screen, cancellationToken) => new DistillRun(arguments.Bind(result), screen).RunAsync(cancellationToken));
        return command;
    }

    /// <param name="result">Without errors.</param>
    private DistillOptions Bind(ParseResult result) => new()
    {
        Command = ShellCommand.Of(result),
        Images = result.GetRequiredValue(_images),
        Teacher = result.GetRequiredValue(_teacher),
        TeacherInput = result.GetValue(_teacherInput),
        Model = result.GetRequiredValue(_model),
        Settings = result.GetValue(_settings) ?? [],
        HasHalfWeights = result.GetValue(_half),
        Labels = _labels.Bind(result),
        Run = _run.Bind(result),
    };
}

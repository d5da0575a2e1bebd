using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>What the command line asks for.</summary>
internal sealed record DistillOptions
{
    private const string OnnxEnding = ".onnx";

    /// <summary>The command that resumes the run.</summary>
    public required string Command { get; init; }

    /// <summary>The folders and lists of the images; at least one.</summary>
    public required IReadOnlyList<string> Images { get; init; }

    /// <summary>As <see cref="NamedModel"/> understands it, or files that end in .onnx.</summary>
    public required IReadOnlyList<string> Teacher { get; init; }

    /// <summary>The JSON file of <see cref="OnnxTeacherOptions"/>, for a teacher in ONNX files.</summary>
    public string? TeacherInput { get; init; }

    /// <summary>The student, as <see cref="NamedModel"/> understands it.</summary>
    public required string Model { get; init; }

    /// <summary>Settings of the recipe as NAME=VALUE; those of the augmentation begin with "augmentation.".</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Whether the model file holds half-precision weights.</summary>
    public bool HasHalfWeights { get; init; }

    public LabelChoices Labels { get; init; } = new();

    public required RunChoices Run { get; init; }

    public bool IsOnnx => Teacher.All(file => file.EndsWith(OnnxEnding, StringComparison.OrdinalIgnoreCase));

    public string OutputPath => Run.OutputOr(Images[0], DistillCommand.Name);

    /// <summary>The recipe, with the options that override it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public DistillationOptions ToTrainingOptions()
    {
        DistillationOptions recipe = Run.Override(RecipeSettings.Apply(new DistillationOptions(), Settings));
        return recipe with { PeakLearningRate = Run.LearningRate ?? recipe.PeakLearningRate };
    }

    /// <summary>The default augmentation, with the settings that change it.</summary>
    /// <exception cref="UsageException">A setting does not exist.</exception>
    public AugmentationSpec ToAugmentation() => RecipeSettings.ApplyAugmentation(DistillationBuilder.DefaultAugmentation, Settings);

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        NamedModel.Require(Model);
        Check.FoldersOrLists([.. Images]);
        if (IsOnnx)
        {
            foreach (string file in Teacher)
                Check.That(File.Exists(file), $"The teacher '{file}' does not exist.");
        }
        else
        {
            Check.That(
                Teacher.Count == 1,
                "--teacher names several models; expected one, or files that end in .onnx, which run one after the other.");
            NamedModel.Require(Teacher[0]);
            Check.That(TeacherInput is null, "--teacher-input is for a teacher in .onnx files; other models say themselves what they take.");
        }

        Check.That(TeacherInput is null || File.Exists(TeacherInput), $"The file '{TeacherInput}' does not exist.");
        Labels.Validate();
        Run.Validate(OutputPath);
        Check.Legal(() => ToTrainingOptions().Validate());
        Check.Legal(() => ToAugmentation().Validate());
    }
}

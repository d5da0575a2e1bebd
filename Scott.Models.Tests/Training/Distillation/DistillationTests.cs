using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Tests.Torch;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

[Collection(TorchTests.Name)]
public sealed class DistillationTests
{
    private static readonly ScottModel Student = PretrainingRuns.Model;
    private static readonly ScottModel Teacher = ScottModel.Create(
        Architectures.TinyStandardVit with { ImagePixels = 48, RegisterTokens = 0 }, seed: 5);

    private static readonly DistillationOptions Options = new() { Epochs = 6, BatchSize = 6, PeakLearningRate = 3e-3, WarmupRatio = 0.1 };

    public static TheoryData<string> Terms => ["vector", "smoothL1", "tokens", "relation", "jepa", "all"];

    [Theory]
    [MemberData(nameof(Terms))]
    public async Task Distill_EveryTerm_ComesNearerToTheTeacher(string term)
    {
        DistillationResult result = await Build(Recipe(term) with { Epochs = 12 }).RunAsync();
        (DistillationRecord first, DistillationRecord last) = (result.History[0], result.History[^1]);
        Assert.True(last.Loss < 0.95 * first.Loss, $"{first.Loss} → {last.Loss}");
        bool[] used = [first.VectorLoss > 0, first.TokenLoss > 0, first.RelationLoss > 0, first.JepaLoss > 0];
        bool[] expected = term switch
        {
            "vector" or "smoothL1" => [true, false, false, false],
            "tokens" => [false, true, false, false],
            "relation" => [false, false, true, false],
            "jepa" => [true, false, false, true],
            _ => [true, true, true, true],
        };
        Assert.Equal(expected, used);
        Assert.Equal(Student.Architecture, result.Model.Architecture);
        Assert.NotEqual(Student.Weights.Checksum(), result.Model.Weights.Checksum());
        Assert.Contains("distilled from custom", result.Model.Metadata.Provenance, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vector", TeacherView.WholeImage)]
    [InlineData("all", TeacherView.SameCrop)]
    public async Task Distill_StoppedAndResumed_EndsInTheSameWeights(string term, TeacherView view)
    {
        DistillationOptions recipe = Recipe(term) with { TeacherView = view, CropsPerImage = 2 };
        DistillationResult whole = await Build(recipe).RunAsync();
        using var folder = new TemporaryFolder();
        TrainingRunOptions stored = PretrainingRuns.Run with { CheckpointFolder = folder.File("run"), CheckpointInterval = TimeSpan.FromTicks(1) };
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Build(recipe, stored)
            .OnStep((progress, _) =>
            {
                if (progress.Step >= 8)
                    stop.Cancel();

                return ValueTask.CompletedTask;
            })
            .RunAsync(null, stop.Token));
        DistillationResult resumed = await Build(recipe, stored).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(whole.LastModel.Weights), PretrainingRuns.Checksum(resumed.LastModel.Weights));
        Assert.True(File.Exists(Path.Combine(folder.File("run"), "teacher.bin")));
        Assert.True(File.Exists(Path.Combine(folder.File("run"), "report.html")));
    }

    [Fact]
    public async Task Distill_CacheTooSmall_GivesTheSameWeights()
    {
        DistillationResult kept = await Build(Options).RunAsync();
        DistillationResult computed = await Build(Options).WithTeacherCache(200).RunAsync();
        Assert.Equal(PretrainingRuns.Checksum(kept.LastModel.Weights), PretrainingRuns.Checksum(computed.LastModel.Weights));
    }

    [Fact]
    public async Task Distill_ImageChangedUnderItsName_IsShownToTheTeacherAgain()
    {
        using var folder = new TemporaryFolder();
        string photos = folder.File("photos");
        Directory.CreateDirectory(photos);
        for (int i = 0; i < 8; i++)
            await Inference.DrawnImages.Draw(i).SavePngAsync(Path.Combine(photos, $"{i}.png"));

        async Task<DistillationRecord> RunAsync(string images, string run)
        {
            DistillationOptions once = Options with { Epochs = 1, BatchSize = 8 };
            TrainingRunOptions stored = PretrainingRuns.Run with { CheckpointFolder = folder.File(run) };
            return (await Student.Distill(Teacher, ImageFolder.Open(images)).WithOptions(once).WithRunOptions(stored).RunAsync()).History[0];
        }

        DistillationRecord first = await RunAsync(photos, "first");

        // Moved: nothing is computed again. Then one image changes under its name.
        Directory.Move(photos, folder.File("moved"));
        Directory.CreateDirectory(folder.File("second"));
        File.Copy(Path.Combine(folder.File("first"), "teacher.bin"), Path.Combine(folder.File("second"), "teacher.bin"));
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(folder.File("second"), "teacher.bin"));
        DistillationRecord moved = await RunAsync(folder.File("moved"), "second");
        byte[] after = await File.ReadAllBytesAsync(Path.Combine(folder.File("second"), "teacher.bin"));
        Assert.Equal(before, after);
        Assert.Equal(first.VectorLoss, moved.VectorLoss);
        await Inference.DrawnImages.Draw(99).SavePngAsync(Path.Combine(folder.File("moved"), "3.png"));
        Directory.CreateDirectory(folder.File("third"));
        File.Copy(Path.Combine(folder.File("first"), "teacher.bin"), Path.Combine(folder.File("third"), "teacher.bin"));
        DistillationRecord changed = await RunAsync(folder.File("moved"), "third");
        Assert.NotEqual(before, await File.ReadAllBytesAsync(Path.Combine(folder.File("third"), "teacher.bin")));
        Assert.NotEqual(moved.VectorLoss, changed.VectorLoss);
    }

    [Fact]
    public async Task Distill_RunThatCannotResume_IsRefusedBeforeTheTeacherIsAsked()
    {
        using var folder = new TemporaryFolder();
        TrainingRunOptions stored = PretrainingRuns.Run with { CheckpointFolder = folder.Path };
        DistillationOptions crops = Options with { Epochs = 1, TeacherView = TeacherView.SameCrop, CropsPerImage = 2 };
        await Build(crops, stored).RunAsync();
        byte[] before = await File.ReadAllBytesAsync(folder.File("teacher.bin"));
        List<TeacherProgress> seen = [];
        CheckpointException error = await Assert.ThrowsAsync<CheckpointException>(
            () => Build(crops with { Seed = 48 }, stored).WithTeacherProgress(new Listener(seen)).RunAsync());
        Assert.Equal(CheckpointFault.OtherRun, error.Fault);
        Assert.Empty(seen);
        Assert.Equal(before, await File.ReadAllBytesAsync(folder.File("teacher.bin")));

        IEnumerable<ImageSource> old = Enumerable.Range(0, PretrainingRuns.Images).Select(PretrainingRuns.Dataset.SourceOf);
        ImageList more = ImageList.FromSources([.. old, ImageSource.FromImage(Inference.DrawnImages.Draw(99), "new")]);
        await Assert.ThrowsAsync<CheckpointException>(() => Student.Distill(Teacher, more)
            .WithOptions(crops).WithRunOptions(stored).WithTeacherProgress(new Listener(seen)).RunAsync());
        Assert.Empty(seen);
    }

    [Fact]
    public async Task Distill_UnreadableImageThatIsToEndTheRun_EndsItBeforeTheFirstStep()
    {
        ImageList broken = ImageList.FromSources(
            [.. Enumerable.Range(0, PretrainingRuns.Images).Select(PretrainingRuns.Dataset.SourceOf), ImageSource.FromBytes(new byte[9], "broken")]);
        await Assert.ThrowsAsync<ImageFormatException>(() => Student.Distill(Teacher, broken)
            .WithOptions(Options with { Epochs = 1 })
            .WithRunOptions(PretrainingRuns.Run with { FailOnUnreadable = true })
            .OnStep((_, _) => throw new InvalidOperationException("A step was taken."))
            .RunAsync());
    }

    [Fact]
    public async Task Distill_TeacherInAnOnnxFile_TeachesTheSameAsTheModel()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("teacher.onnx");
        await Teacher.ExportOnnx(file).SaveAsync();
        var described = new OnnxTeacherOptions
        {
            Preprocessing = Teacher.Preprocessing,
            OutputName = "embedding",
            TokensOutputName = "tokens",
            TokenRows = Teacher.Architecture.GridRows,
            TokenColumns = Teacher.Architecture.GridColumns,
        };
        Assert.Equal(described, OnnxTeacherOptions.FromJson(described.ToJson()));
        DistillationOptions recipe = Recipe("all") with { Epochs = 1 };
        DistillationRecord byModel = (await Build(recipe).RunAsync()).History[0];
        DistillationRecord byFile = (await Build(recipe, teacher: DistillationTeacher.FromOnnx(file, described)).RunAsync()).History[0];
        Assert.Equal(byModel.VectorLoss, byFile.VectorLoss, 1e-3);
        Assert.Equal(byModel.TokenLoss, byFile.TokenLoss, 1e-3);
        Assert.Equal(byModel.RelationLoss, byFile.RelationLoss, 1e-3);
    }

    [Fact]
    public void FromModel_PoolingThatTheTeacherLacks_IsRefused() => Assert.Throws<ScottConfigurationException>(
        () => DistillationTeacher.FromModel(Student, EmbeddingPooling.ClassToken));

    [Fact]
    public async Task Distill_TeacherOfOtherChannels_IsRefused()
    {
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Student.WithImageChannels(4).Distill(DistillationTeacher.FromModel(Teacher), PretrainingRuns.Dataset).RunAsync());
        Assert.Contains("The model takes 4 channels, and the teacher 3", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distill_TeacherWithoutTokens_IsRefusedIfTokensAreToBeLearned()
    {
        using var folder = new TemporaryFolder();
        await Teacher.ExportOnnx(folder.File("teacher.onnx")).SaveAsync();
        var teacher = DistillationTeacher.FromOnnx(
            folder.File("teacher.onnx"), new OnnxTeacherOptions { Preprocessing = Teacher.Preprocessing, OutputName = "embedding" });
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(
            () => Build(Recipe("tokens"), teacher: teacher).RunAsync());
        Assert.Contains("gives no patch tokens", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Distill_WithEvaluation_MeasuresStartTeacherAndEpochs()
    {
        ImageList images = LabeledImages.Draw(0, 24), validation = LabeledImages.Draw(100, 12);
        var seen = new List<TeacherProgress>();
        DistillationResult result = await Student.Distill(Teacher, images)
            .WithOptions(Options with { Epochs = 3 })
            .WithRunOptions(PretrainingRuns.Run)
            .WithTeacherProgress(new Listener(seen))
            .WithEvaluation(images, validation, everyEpochs: 2)
            .RunAsync();
        Assert.Equal((24, 12), (result.StartAccuracy!.Value.TrainingImages, result.TeacherAccuracy!.Value.ValidationImages));
        Assert.Equal([false, true, true], result.History.Select(record => record.Accuracy is not null));
        Assert.NotNull(result.BestEpoch);
        Assert.Equal(24, seen.Count);
        Assert.Contains(seen, report => report.Completed == 24 && report.Total == 24);
    }

    [Fact]
    public async Task Distill_UnreadableImage_IsReplacedAndCounted()
    {
        ImageList dataset = ImageList.FromSources(
        [
            .. Enumerable.Range(0, 12).Select(i => ImageSource.FromImage(Inference.DrawnImages.Draw(i), $"drawn {i}")),
            ImageSource.FromBytes(new byte[4], "broken"),
        ]);
        DistillationResult result = await Student.Distill(Teacher, dataset)
            .WithOptions(Options with { Epochs = 2, BatchSize = 13 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        Assert.Equal(1, result.History[^1].UnreadableImages);
    }

    [Fact]
    public async Task Distill_ManySteps_LeaveNoTensor()
    {
        await Build(Recipe("all") with { Epochs = 1 }).RunAsync();
        List<long> live = [];
        await Build(Recipe("all") with { Epochs = 5 })
            .OnEpoch((_, _) =>
            {
                live.Add(LiveTensors.CountSettled());
                return ValueTask.FromResult(true);
            })
            .RunAsync();
        Assert.Single(live.Skip(1).Distinct());
    }

    private static DistillationOptions Recipe(string term) => term switch
    {
        "vector" => Options,
        "smoothL1" => Options with { VectorLoss = DistillationLossKind.SmoothL1 },
        "tokens" => Options with { VectorWeight = 0, TokenWeight = 1 },
        "relation" => Options with { VectorWeight = 0, RelationWeight = 1 },
        "jepa" => Options with { JepaWeight = 1 },
        _ => Options with { TokenWeight = 0.5, RelationWeight = 0.5, JepaWeight = 0.5 },
    };

    private static DistillationBuilder Build(DistillationOptions options, TrainingRunOptions? run = null, DistillationTeacher? teacher = null) =>
        Student.Distill(teacher ?? DistillationTeacher.FromModel(Teacher), PretrainingRuns.Dataset)
            .WithOptions(options)
            .WithRunOptions(run ?? PretrainingRuns.Run);

    private sealed class Listener(List<TeacherProgress> seen) : IProgress<TeacherProgress>
    {
        public void Report(TeacherProgress value)
        {
            lock (seen)
                seen.Add(value);
        }
    }
}

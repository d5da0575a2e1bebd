using System.Runtime.InteropServices;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

/// <summary>Images of several channels from files to a classifier. What they show is only in the last channel.</summary>
[Collection(TorchTests.Name)]
public sealed class ChannelTrainingTests : IDisposable
{
    private const int Side = 72;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, "channels")]
    [InlineData(4, "channels")]
    [InlineData(2, "pages")]
    public async Task FineTune_FilesOfOtherChannels_LearnsWhatTheLastOneShows(int channels, string how)
    {
        ImageFolder training = Write("training", channels, how, 10), validation = Write("validation", channels, how, 6);
        DatasetReport report = await training.InspectAsync(validation, new ImageDecodingOptions { Channels = channels });
        Assert.Equal((0, channels), (report.Unreadable.Count, report.Channels!.Mean.Count));
        Assert.Equal(1.5f / 4, report.Channels.Mean[^1], 0.02f);
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 3).WithImageChannels(channels, report.Channels);

        PretrainingResult pretrained = await model.Pretrain(training)
            .WithEvaluation(training, validation)
            .WithOptions(new PretrainingOptions { Epochs = 1, BatchSize = 4, PredictorDepth = 1 })
            .WithRunOptions(PretrainingRuns.Run)
            .RunAsync();
        Assert.NotNull(pretrained.History[0].Accuracy);

        FineTuningOptions options = FineTuningRuns.Options with { Epochs = 10, MixupAlpha = 0, CutmixAlpha = 0, PeakLearningRate = 1e-2 };
        FineTuningResult result = await pretrained.Model.FineTune(training)
            .WithValidation(validation).WithOptions(options).WithRunOptions(FineTuningRuns.Run).RunAsync();
        Assert.Equal(1, result.History[result.BestEpoch.Epoch - 1].Validation.Top1);

        using ImageClassifier classifier = result.Classifier.Classify().Build();
        for (int i = 0; i < validation.Count; i++)
        {
            ImagePrediction prediction = await classifier.ClassifyAsync(validation.SourceOf(i));
            Assert.Equal(validation.ClassNames[validation.LabelOf(i)!.Value], prediction.Best.ClassName);
        }

        EvaluationResult evaluated = await result.Classifier.Model.Evaluate(training, validation).WithValidation(validation)
            .WithProbe(new ProbeOptions { Epochs = 1, BatchSize = 4 }).RunAsync();
        Assert.InRange(evaluated.Linear.Test.Top1, 0.99, 1);
    }

    [Fact]
    public async Task Train_FilesOfOtherChannelsThanTheModel_NamesThem()
    {
        ImageFolder training = Write("training", 4, "channels", 4);
        DatasetException error = await Assert.ThrowsAsync<DatasetException>(
            () => PretrainingRuns.Model.FineTune(training).WithOptions(FineTuningRuns.Options).WithRunOptions(FineTuningRuns.Run).RunAsync());
        Assert.Contains("channels", error.Message, StringComparison.Ordinal);
    }

    private ImageFolder Write(string name, int channels, string how, int images)
    {
        for (int i = 0; i < images; i++)
        {
            string folder = _folder.File(Path.Combine(name, i % 2 == 0 ? "dark" : "light"));
            Directory.CreateDirectory(folder);
            ushort[] samples = Draw(channels, i, isLight: i % 2 == 1);
            File.WriteAllBytes(Path.Combine(folder, $"{i}.tif"), how == "pages" ? Pages(samples, channels) : TiffFiles.Write(
                new TiffRecipe(Side, Side) { Bits = 16, Channels = channels, Photometric = "MINISBLACK" }, Bytes(samples)));
        }

        return ImageFolder.OpenLabeled(_folder.File(name));
    }

    /// <summary>Noise, and a last channel of a quarter or half of the range.</summary>
    private static ushort[] Draw(int channels, int seed, bool isLight)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Side * Side * channels).Select(i => i % channels == channels - 1
            ? (ushort)((isLight ? 32768 : 16384) + random.Next(-2000, 2000))
            : (ushort)random.Next(65536))];
    }

    private static byte[] Pages(ushort[] samples, int channels) => TiffFiles.Write(
        [.. Enumerable.Range(0, channels).Select(channel => (
            new TiffRecipe(Side, Side) { Bits = 16 }, Bytes([.. samples.Where((_, i) => i % channels == channel)])))]);

    private static byte[] Bytes(ushort[] samples) => MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
}

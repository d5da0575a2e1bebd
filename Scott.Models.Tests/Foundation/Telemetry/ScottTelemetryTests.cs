using System.Diagnostics;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Tests.Inference;
using Scott.Models.Tests.Zoo;

namespace Scott.Models.Tests.Foundation;

/// <summary>What a listener of the app sees. Other tests run meanwhile: each test counts by a model id of its own.</summary>
public sealed class ScottTelemetryTests
{
    [Fact]
    public async Task Embed_ManyImages_CountsThemWithTimeAndSize()
    {
        using var listener = new TelemetryRecorder("telemetry-many");
        using FeatureExtractor features = Model("telemetry-many").ExtractFeatures().Build();
        ImageSource[] images = [.. Enumerable.Range(0, 4).Select(
            i => ImageSource.FromImage(DrawnImages.Draw(i))), ImageSource.FromBytes(new byte[3])];
        await foreach (ImageEmbedding result in features.EmbedBatchAsync(images))
        {
            Assert.NotNull(result);
        }

        Assert.Equal(4, listener.Sum(ScottTelemetry.ImagesInstrument, "success"));
        Assert.Equal(1, listener.Sum(ScottTelemetry.ImagesInstrument, "error"));
        Assert.Equal(4, listener.Sum(ScottTelemetry.BatchSizeInstrument));
        Assert.InRange(listener.Sum(ScottTelemetry.BatchDurationInstrument), 1e-6, 60);
        Activity activity = Assert.Single(listener.Activities);
        Assert.Equal(
            ("scott.embed", ActivityStatusCode.Unset, 5L),
            (activity.OperationName, activity.Status, activity.GetTagItem(ScottTelemetry.ImagesInstrument)));
    }

    [Fact]
    public async Task Embed_DamagedImage_MarksTheActivity()
    {
        using var listener = new TelemetryRecorder("telemetry-damaged");
        using FeatureExtractor features = Model("telemetry-damaged").ExtractFeatures().Build();
        using var parent = new Activity("request");
        parent.Start();
        await Assert.ThrowsAsync<ImageFormatException>(() => features.EmbedAsync(ImageSource.FromBytes(new byte[3], "three.bin")));
        Activity activity = Assert.Single(listener.Activities);
        Assert.Equal((ActivityStatusCode.Error, parent.SpanId), (activity.Status, activity.ParentSpanId));
        Assert.Contains("three.bin", activity.StatusDescription, StringComparison.Ordinal);
        Assert.Same(parent, Activity.Current);
    }

    [Fact]
    public async Task Embed_InputThatFails_MarksTheActivity()
    {
        using var listener = new TelemetryRecorder("telemetry-input");
        using FeatureExtractor features = Model("telemetry-input").ExtractFeatures().Build();
        await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            await foreach (ImageEmbedding result in features.EmbedBatchAsync(Failing()))
            {
                Assert.NotNull(result);
            }
        });
        Assert.Equal(ActivityStatusCode.Error, Assert.Single(listener.Activities).Status);

        static IEnumerable<ImageSource> Failing()
        {
            yield return ImageSource.FromImage(DrawnImages.Draw(1));
            throw new InvalidOperationException("the database went away");
        }
    }

    [Fact]
    public async Task Download_File_CountsItsBytes()
    {
        await using ZooFixture zoo = await ZooFixture.StartAsync();
        using var listener = new TelemetryRecorder(TinyModel.Id, "scott.download");
        await zoo.DownloadAsync();

        // Other tests may download the same model meanwhile.
        Assert.InRange(listener.Sum(ScottTelemetry.DownloadBytesInstrument), TinyModel.Bytes.Length, double.MaxValue);
        Assert.Contains(listener.Activities, activity => Equals(activity.GetTagItem("scott.file"), TinyModel.FileName));
    }

    private static ScottModel Model(string id) => ScottModel.Create(Architectures.Tiny, seed: 5).WithMetadata(new() { Id = id });
}

using Scott.Models.Foundation;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models.Tests.Inference;

/// <summary>An image's own fault is its result; a fault of the program ends the run.</summary>
public sealed class FeatureWorkerTests
{
    private static readonly FeatureLayout Layout = FeatureLayout.ForFeatures(Architectures.Tiny, new FeatureExtractionOptions());
    private static readonly Operation Embed = new(Operation.Embed, "tiny");

    [Fact]
    public async Task Process_FaultOfTheEngine_EndsTheRun()
    {
        var worker = new FeatureWorker(Preprocessor(64), new FailingEngine(), Layout, Embed, 2);
        await Assert.ThrowsAsync<NullReferenceException>(() => ProcessAsync(worker, Drawn(0), Drawn(1)));
    }

    [Fact]
    public async Task Process_FaultOfOurOwnCode_IsNotTheImages()
    {
        // Preprocessing writes images larger than the batch has room for: every image would get this error.
        var worker = new FeatureWorker(Preprocessor(96), new FailingEngine(), Layout, Embed, 1);
        ArgumentException error = await Assert.ThrowsAsync<ArgumentException>(() => ProcessAsync(worker, Drawn(0)));
        Assert.Equal("destination", error.ParamName);
    }

    [Theory]
    [InlineData(typeof(NullReferenceException))]
    [InlineData(typeof(ArgumentException))]
    [InlineData(typeof(OperationCanceledException))]
    public async Task Process_StreamThatThrowsAnything_IsThatImagesFault(Type type)
    {
        var failure = (Exception)Activator.CreateInstance(type)!;
        var worker = new FeatureWorker(Preprocessor(64), new FailingEngine(), Layout, Embed, 1);
        Assert.Same(failure, Assert.Single(await ProcessAsync(worker, ImageSource.FromStream(new FailingStream(failure), "stream"))).Error);
    }

    [Fact]
    public async Task Process_StreamThatRunsOutOfMemory_EndsTheRun()
    {
        var worker = new FeatureWorker(Preprocessor(64), new FailingEngine(), Layout, Embed, 1);
        await Assert.ThrowsAsync<InsufficientMemoryException>(
            () => ProcessAsync(worker, ImageSource.FromStream(new FailingStream(new InsufficientMemoryException()), "stream")));
    }

    private static ImagePreprocessor Preprocessor(int side) => new(PreprocessingSpec.ForImage(side));

    private static ImageSource Drawn(int index) => ImageSource.FromImage(DrawnImages.Draw(index));

    private static Task<ImageEmbedding[]> ProcessAsync(FeatureWorker worker, params ImageSource[] images) =>
        worker.ProcessAsync(images, 0, isBulk: true, CancellationToken.None);

    private sealed class FailingEngine : IFeatureEngine
    {
        public string Description => "one that fails";

        public ExecutionProvider? ExecutionProvider => null;

        public int BulkBatchSize => 1;

        public void Run(FeatureBatch batch, int count, bool isBulk) => ((IDisposable)null!).Dispose();

        public void Dispose()
        {
        }
    }
}

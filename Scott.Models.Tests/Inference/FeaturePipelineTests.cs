using System.Threading.Channels;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>How runs over many images flow: order, cancellation, and how far they read ahead.</summary>
public sealed class FeaturePipelineTests
{
    private static readonly ScottModel Model = ScottModel.Create(Architectures.Tiny, seed: 5);

    [Fact]
    public async Task EmbedBatch_Canceled_Stops()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        using var stop = new CancellationTokenSource();
        int seen = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ImageEmbedding result in extractor.EmbedBatchAsync(DrawnImages.Endless(), cancellationToken: stop.Token))
            {
                seen++;
                if (seen == 5)
                    await stop.CancelAsync();
            }
        });
        Assert.InRange(seen, 5, 5 + (2 * Environment.ProcessorCount));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => extractor.EmbedAsync(ImageSource.FromImage(DrawnImages.Draw(0)), stop.Token));
    }

    [Fact]
    public async Task EmbedBatch_ConsumerStopsEarly_TakesFewMoreImages()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithThreads(2).Build();
        int taken = 0;
        IEnumerable<ImageSource> Counted()
        {
            foreach (ImageSource image in DrawnImages.Endless())
            {
                taken++;
                yield return image;
            }
        }

        await foreach (ImageEmbedding result in extractor.EmbedBatchAsync(Counted()))
        {
            if (result.Index == 9)
                break;
        }

        // Ten handed out, for each of two workers one share at work and one waiting, and two between the input and them.
        Assert.InRange(taken, 10, 16);
    }

    [Fact]
    public async Task EmbedBatch_InputThatFails_PassesItsErrorOn()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().Build();
        IEnumerable<ImageSource> Failing()
        {
            yield return ImageSource.FromImage(DrawnImages.Draw(0));
            throw new InvalidDataException("the input broke");
        }

        InvalidDataException error = await Assert.ThrowsAsync<InvalidDataException>(
            async () => await extractor.EmbedBatchAsync(Failing()).ToListAsync());
        Assert.Equal("the input broke", error.Message);
    }

    [Fact]
    public async Task EmbedStream_ImagesThatComeOneByOne_GiveTheirResultsAtOnce()
    {
        using FeatureExtractor extractor = Model.ExtractFeatures().WithThreads(2).Build();
        var fed = Channel.CreateUnbounded<ImageSource>();
        await using IAsyncEnumerator<ImageEmbedding> results = extractor.EmbedStreamAsync(fed.Reader.ReadAllAsync()).GetAsyncEnumerator();
        for (int i = 0; i < 3; i++)
        {
            // The next image comes only when the result of the last is there.
            await fed.Writer.WriteAsync(ImageSource.FromImage(DrawnImages.Draw(i)));
            Assert.True(await results.MoveNextAsync());
            Assert.Equal(i, results.Current.Index);
        }

        fed.Writer.Complete();
        Assert.False(await results.MoveNextAsync());
    }
}

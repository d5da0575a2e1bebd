using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class LabeledProbeTests
{
    /// <summary>The first digest is all that checkpoints of earlier versions hold.</summary>
    [Fact]
    public async Task Identify_OtherImagesUnderTheSameNames_ChangesTheirDigestAlone()
    {
        string[] before = (await Probe(0).IdentifyAsync(workers: 2, default)).Split(' ');
        string[] after = (await Probe(100).IdentifyAsync(workers: 1, default)).Split(' ');
        Assert.Equal(before, (await Probe(0).IdentifyAsync(workers: 1, default)).Split(' '));
        Assert.Equal(3, before.Length);
        Assert.Equal(before[..2], after[..2]);
        Assert.NotEqual(before[2], after[2]);
    }

    [Fact]
    public async Task Identify_Canceled_Stops() => await Assert.ThrowsAnyAsync<OperationCanceledException>(
        () => Probe(0).IdentifyAsync(workers: 1, new CancellationToken(canceled: true)));

    /// <summary>The validation images have the same names and labels, whatever the even shift.</summary>
    private static LabeledProbe Probe(int shift)
    {
        ImageList validation = ImageList.FromLabeled(Enumerable.Range(0, 6).Select(index =>
        {
            (ImageSource source, string label) = LabeledImages.Labeled(index + shift);
            return (ImageSource.FromImage(source.Image!, $"{index}"), label);
        }));
        return LabeledProbe.Create(LabeledImages.Draw(0, 10), validation, everyEpochs: 1);
    }
}

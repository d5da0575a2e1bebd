using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

public sealed class ImageErrorsTests
{
    public static TheoryData<Exception, bool> Errors { get; } = new()
    {
        { new ImageFormatException("a.png", ImageFault.NotAFile, "it is a folder."), true },
        { new FileNotFoundException(), true },
        { new UnauthorizedAccessException(), true },
        { new InvalidOperationException(), false },
        { new ArgumentException(), false },
        { new OperationCanceledException(), false },
        { ImageErrors.Mark(new TimeoutException()), true },
        { ImageErrors.Mark(new OperationCanceledException()), true },
        { ImageErrors.Mark(new OperationCanceledException(), new CancellationToken(canceled: true)), false },
        { ImageErrors.Mark(new InsufficientMemoryException()), false },
    };

    [Theory]
    [MemberData(nameof(Errors), DisableDiscoveryEnumeration = true)]
    public void IsImageError_EveryKind_IsToldApart(Exception exception, bool isImageError) =>
        Assert.Equal(isImageError, ImageErrors.IsImageError(exception));

    [Fact]
    public async Task Preprocess_StreamThatThrows_PassesItsErrorOnMarked()
    {
        var failure = new InvalidCastException("the app's");
        var preprocessor = new ImagePreprocessor(PreprocessingSpec.ForImage(32));
        using var stream = new ScriptedStream((_, _, _) => throw failure);
        Assert.Same(failure, await Assert.ThrowsAsync<InvalidCastException>(() => preprocessor.PreprocessAsync(
            ImageSource.FromStream(stream), new float[preprocessor.TensorLength])));
        Assert.True(ImageErrors.IsImageError(failure));
        Assert.False(ImageErrors.IsImageError(new InvalidCastException("the app's")));
    }
}

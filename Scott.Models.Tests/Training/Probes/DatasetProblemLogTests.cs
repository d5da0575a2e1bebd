using Microsoft.Extensions.Logging;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class DatasetProblemLogTests
{
    private readonly EventList _log = new();

    /// <summary>A dataset that opens a stream for each image it is asked for had all of them open.</summary>
    [Fact]
    public void TellShared_ImagesThatAreNotFiles_AsksForTheFirstAlone()
    {
        int asked = 0;
        StoppingDataset Images() => new(LabeledImages.Draw(0, 10)) { OnRead = () => asked++ };
        new DatasetProblemLog(_log).TellShared(Images(), "training", Images(), "test");
        Assert.Equal(2, asked);
        Assert.Empty(_log.Events);
    }

    [Fact]
    public void TellShared_FilesOfBoth_NamesTheFirstMeasuredOneInAnEventOfItsOwn()
    {
        ImageList learned = Files("one.png", "two.png", "three.png"), measured = Files("three.png", "four.png", "one.png");
        new DatasetProblemLog(_log).TellShared(learned, "training", measured, "test");
        (string? name, string message) = Assert.Single(_log.Events);
        Assert.Equal("SharedImages", name);
        Assert.Equal(
            "2 of 3 test images are training images too, so that results will look better than they are. The first: "
                + $"{Path.GetFullPath("three.png")}.",
            message);
    }

    private static ImageList Files(params string[] paths) => ImageList.FromSources(paths.Select(ImageSource.FromFile));

    private sealed class EventList : ILogger
    {
        public List<(string? Name, string Message)> Events { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Events.Add((eventId.Name, formatter(state, exception)));
    }
}

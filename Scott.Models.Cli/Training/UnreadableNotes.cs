using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Scott.Models.Cli;

/// <summary>What measurements say about their images: warnings, and the images that cannot be read, each once. Printed after a
/// measurement, because a progress bar is on the screen before.</summary>
internal sealed class UnreadableNotes
{
    private readonly ConcurrentQueue<string> _notes = new();
    private readonly ViewLogger _logger;
    private readonly Screen _screen;

    public UnreadableNotes(Screen screen)
    {
        _screen = screen;
        _logger = new ViewLogger(_notes.Enqueue);
    }

    /// <summary>For the measurement.</summary>
    public ILogger Logger => _logger;

    /// <summary>How many images could not be read.</summary>
    public int Count => _logger.UnreadableImages;

    /// <summary>Takes over the images that a test of a classifier left out.</summary>
    public void Add(SkippedImages skipped)
    {
        foreach ((string path, string error) in skipped.Images)
            _logger.TellLeftOut(path, error);
    }

    public void Print()
    {
        while (_notes.TryDequeue(out string? note))
            _screen.Warn(note);
    }
}

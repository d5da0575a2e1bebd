using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Scott.Models.Cli;

/// <summary>Shows what the library logs: warnings, and that a run resumes from a checkpoint.</summary>
/// <param name="note">Shows a line.</param>
internal sealed class ViewLogger(Action<string> note) : ILogger
{
    private const int MaximumErrors = 20;
    private const string Warning = "warning: ";

    /// <summary>The library's event for an epoch's warnings, which the epoch's record holds too.</summary>
    private const string EpochWarning = "Warning";

    /// <summary>The library's event for an image that cannot be read. It names each image once in a run.</summary>
    private const string UnreadableImage = "Unreadable";

    /// <summary>The library's event for measured images that something is learned from.</summary>
    private const string SharedImages = "SharedImages";

    private readonly ConcurrentDictionary<string, bool> _unreadable = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    private int _errors;

    /// <summary>Whether a run measures images that it learns from on purpose.</summary>
    public bool IgnoresShared { get; init; }

    /// <summary>How many different images could not be read.</summary>
    public int UnreadableImages => _unreadable.Count;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == EpochWarning || (IgnoresShared && eventId.Name == SharedImages))
            return;

        string line = (logLevel >= LogLevel.Warning ? Warning : string.Empty) + Faults.InWordsOfTheTool(formatter(state, exception));
        if (exception is null)
        {
            // Several measurements on the same images warn of the same things.
            if (logLevel < LogLevel.Warning || _told.TryAdd(line, true))
                note(line);

            return;
        }

        if (eventId.Name == UnreadableImage)
            TellUnreadable(line, Faults.Describe(exception));
        else
            note($"{line} {Faults.Describe(exception)}");
    }

    /// <summary>Shows an image that a test left out, in the words of the library, so that each image is named once.</summary>
    public void TellLeftOut(string name, string error) => TellUnreadable($"{Warning}'{name}' cannot be read and is left out.", error);

    private void TellUnreadable(string line, string error)
    {
        // A broken folder may have thousands.
        if (!_unreadable.TryAdd(line, true))
            return;

        int number = Interlocked.Increment(ref _errors);
        if (number <= MaximumErrors)
            note($"{line} {error}");
        else if (number == MaximumErrors + 1)
            note($"{Warning}more images cannot be read; the report counts them.");
    }
}

using Spectre.Console;

namespace Samples.Shared;

/// <summary>Where messages go: results to standard output, everything about the run to standard error.</summary>
internal sealed class Screen
{
    /// <summary>Wide enough that a table in a file or a pipe is not wrapped.</summary>
    private const int RedirectedWidth = 200;

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _isQuiet;

    public Screen(bool isQuiet)
    {
        TerminalWriter.Install();
        _isQuiet = isQuiet;
        _output = Console.Out;
        _error = Console.Error;
        Output = Create(_output, Console.IsOutputRedirected);
        Progress = Create(_error, Console.IsErrorRedirected);
    }

    /// <summary>For tables.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>For the progress bar, which must not end up in a pipe.</summary>
    public IAnsiConsole Progress { get; }

    public bool ShowsProgress => !_isQuiet;

    public bool ShowsProgressBar => Progress.Profile.Capabilities.Interactive && !Console.IsErrorRedirected;

    /// <summary>A result, shown unless quiet.</summary>
    public void Say(string line)
    {
        if (!_isQuiet)
        {
            _output.WriteLine(line);
        }
    }

    /// <summary>Something to know about the run, shown unless quiet.</summary>
    public void Note(string line)
    {
        if (!_isQuiet)
        {
            _error.WriteLine(line);
        }
    }

    /// <summary>Why something was not done; always shown.</summary>
    public void Error(string line) => _error.WriteLine($"error: {line}");

    /// <summary>Something that the exit code says too; always shown.</summary>
    public void Warn(string line) => _error.WriteLine(line);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>
/// Where messages go: results to standard output, everything about the run to standard error. With <c>--json</c> the result is one JSON document on
/// standard output, and everything else goes to standard error.
/// </summary>
internal sealed class Screen
{
    /// <summary>Wide enough that a table in a file or a pipe is not wrapped.</summary>
    private const int RedirectedWidth = 200;

    private static readonly JsonSerializerOptions JsonOptions = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly TextWriter _output;
    private readonly TextWriter _error;
    private readonly bool _isQuiet;

    public Screen(bool isQuiet, bool isJson)
    {
        TerminalWriter.Install();
        _isQuiet = isQuiet;
        IsJson = isJson;
        _error = Console.Error;
        _output = isJson ? _error : Console.Out;
        bool isOutputRedirected = isJson ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        Output = Create(_output, isOutputRedirected);
        Progress = Create(_error, Console.IsErrorRedirected);
        ShowsOutputBar = !isQuiet && !isOutputRedirected && Output.Profile.Capabilities.Interactive;
    }

    /// <summary>Whether a result for scripts is printed.</summary>
    public bool IsJson { get; }

    /// <summary>For tables.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>For the progress bar, which must not end up in a pipe.</summary>
    public IAnsiConsole Progress { get; }

    public bool ShowsProgress => !_isQuiet;

    public bool ShowsProgressBar => !_isQuiet && !Console.IsErrorRedirected && Progress.Profile.Capabilities.Interactive;

    /// <summary>Whether a bar fits below the rows of a table that grows.</summary>
    public bool ShowsOutputBar { get; }

    /// <summary>The result for scripts; shown with <c>--json</c> only. Call it once.</summary>
    public void Result(object result)
    {
        if (IsJson)
            Console.Out.WriteLine(JsonSerializer.Serialize(result, JsonOptions));
    }

    /// <summary>The result for people; always shown.</summary>
    public void Print(string text) => _output.WriteLine(text);

    /// <summary>A result's explanation, shown unless quiet.</summary>
    public void Say(string line)
    {
        if (!_isQuiet)
            _output.WriteLine(line);
    }

    /// <summary>Something to know about the run, shown unless quiet.</summary>
    public void Note(string line)
    {
        if (!_isQuiet)
            _error.WriteLine(line);
    }

    /// <summary>Why something was not done; always shown.</summary>
    public void Error(string line) => _error.WriteLine($"error: {line}");

    /// <summary>A problem that the exit code reports too; always shown.</summary>
    public void Warn(string line) => _error.WriteLine(line);

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
            console.Profile.Width = RedirectedWidth;

        return console;
    }
}

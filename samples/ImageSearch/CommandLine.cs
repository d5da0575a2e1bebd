using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ImageSearch;

/// <summary>Parses a command line and does what it asks for.</summary>
internal static class CommandLine
{
    /// <param name="root">The commands, with their actions.</param>
    /// <param name="examples">Printed below the help.</param>
    /// <param name="arguments">What was typed.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(RootCommand root, string examples, string[] arguments)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!, examples);
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.GetResult(help) is null)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
                Console.Error.WriteLine($"error: {message}");

            Console.Error.WriteLine("Run with --help to see the options.");
            return Task.FromResult(ExitCode.Usage);
        }

        // The host ends the web server on a signal.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }
}

/// <summary>System.CommandLine's help, then the examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, string examples) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output.WriteLine(examples);
        return code;
    }
}

/// <summary>The command line asks for something impossible; the message says what, for people.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);

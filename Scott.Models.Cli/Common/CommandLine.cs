using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Scott.Models.Cli;

/// <summary>Parses a command line and runs its command.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "Print the result as JSON on standard output; everything else goes to standard error.",
        Recursive = true,
    };

    private static readonly Option<bool> Quiet = new("--quiet", "-q")
    {
        Description = "Print results, errors and skipped images only.",
        Recursive = true,
    };

    public static RootCommand CreateRoot(string description, params Command[] commands)
    {
        var root = new RootCommand(description) { Json, Quiet };
        foreach (Command command in commands)
            root.Subcommands.Add(command);

        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        return root;
    }

    /// <summary>Gives a command its work: with a screen that follows <c>--json</c> and <c>--quiet</c>, and a token that signals cancel.</summary>
    public static void Do(this Command command, Func<ParseResult, Screen, CancellationToken, Task<int>> work) => command.SetAction((result, _) =>
    {
        var screen = new Screen(isQuiet: result.GetValue(Quiet), isJson: result.GetValue(Json));
        return Guard.RunAsync(screen, cancellationToken => work(result, screen, cancellationToken));
    });

    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        ParseResult parsed = root.Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in parsed.Errors.Select(error => error.Message))
                Console.Error.WriteLine($"error: {message}");

            Console.Error.WriteLine($"Run '{FullName(parsed.CommandResult)} --help' to see its arguments and options.");
            return Task.FromResult(ExitCode.Usage);
        }

        // Interrupt handles signals, so that finished work is saved before the process ends.
        return parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    /// <summary>The command as a user types it, with the commands above it.</summary>
    private static string FullName(CommandResult result) =>
        result.Parent is CommandResult parent ? $"{FullName(parent)} {result.Command.Name}" : ShellCommand.Name;

    /// <summary>System.CommandLine's help, then the command's examples and the exit codes.</summary>
    private sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            int code = help.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            if (parseResult.CommandResult.Command is ToolCommand command)
            {
                output.WriteLine("Examples:");
                output.WriteLine(string.Join('\n', command.Examples.Split('\n').Select(line => "  " + line)));
                output.WriteLine();
            }

            output.WriteLine(ExitCode.Help);
            return code;
        }
    }
}

using System.CommandLine;
using ExtractFeatures;
using ExtractFeatures.Options;

var command = new ExtractCommand();
command.Root.SetAction((result, _) => App.RunAsync(command.Bind(result)));
ParseResult parsed = command.Root.Parse(args);
if (parsed.Errors.Count > 0)
{
    foreach (string message in parsed.Errors.Select(error => error.Message))
    {
        Console.Error.WriteLine($"error: {message}");
    }

    Console.Error.WriteLine("Run with --help to see what can be given.");
    return ExitCode.Usage;
}

// Ctrl-C is the app's own matter (see Interrupt): what is finished must be closed before the process ends.
return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });

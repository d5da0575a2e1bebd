using System.CommandLine;

namespace Scott.Models.Cli;

/// <summary>The command <c>doctor</c>.</summary>
internal static class DoctorCommand
{
    private const string Examples =
        """
        scott doctor                                             what this machine has, and how to install what is missing
        scott doctor --json                                      the same for a script; exit code 1 if something needs doing
        """;

    public static Command Create()
    {
        var command = new ToolCommand("doctor", "Examines system, processor, ONNX Runtime and libtorch, and says what to do.", Examples);
        command.Do((_, screen, _) =>
        {
            DiagnosticsReport report = ScottDiagnostics.Report();
            screen.Print(report.ToString().TrimEnd());
            screen.Result(new { report.IsHealthy, report.Entries });
            return Task.FromResult(report.IsHealthy ? ExitCode.Success : ExitCode.Failed);
        });
        return command;
    }
}

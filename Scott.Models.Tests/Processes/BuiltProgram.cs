using System.Diagnostics;

namespace Scott.Models.Tests.Processes;

/// <summary>A built program of this repository, of the configuration that the tests were built in.</summary>
internal sealed class BuiltProgram(string project, string name)
{
    /// <summary>The command-line tool.</summary>
    public static readonly BuiltProgram Tool = new("Scott.Models.Cli", "scott");

    /// <summary>Two OpenMP threads on a busy machine can be slower than one.</summary>
    public static readonly (string, string?)[] OneThread = [("OMP_NUM_THREADS", "1")];

    private readonly string _program = Path.Combine(
        Repository.Root,
        project,
        Path.GetRelativePath(Path.Combine(Repository.Root, "Scott.Models.Tests"), AppContext.BaseDirectory),
        name + ".dll");

    /// <summary>The path of the program.</summary>
    public string Program => _program;

    /// <summary>The folder of the program.</summary>
    public string Folder => Path.GetDirectoryName(_program)!;

    public static BuiltProgram Sample(string name) => new(Path.Combine("samples", name), name);

    public Task<ChildResult> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    public static void AssertExit(int expected, ChildResult result) => Assert.True(result.ExitCode == expected, result.ToString());

    /// <summary>Runs it in another environment.</summary>
    public Task<ChildResult> RunWithAsync((string Name, string? Value)[] environment, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [_program, .. arguments], [.. TestEnvironment.OfPrograms, .. environment]);

    /// <summary>The command that runs it, for a shell of Unix.</summary>
    public string ShellCommand(params string[] arguments) =>
        string.Join(' ', new[] { "exec", "dotnet", _program }
            .Concat(arguments.Select(argument => $"'{argument.Replace("'", @"'\''", StringComparison.Ordinal)}'")));

    /// <summary>Whether the run of that folder has done an epoch.</summary>
    public static bool HasRecords(string folder)
    {
        var records = new FileInfo(Path.Combine(folder, "metrics.jsonl"));
        return records.Exists && records.Length > 0;
    }

    /// <summary>Starts it and leaves it running; what it prints is the caller's to read.</summary>
    public Process Start((string Name, string? Value)[] environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in TestEnvironment.OfPrograms.Concat(environment))
            start.Environment[name] = value;

        return Process.Start(start)!;
    }

    /// <summary>Runs it until a condition holds, then presses Ctrl-C.</summary>
    public Task<ChildResult> RunAndInterruptAsync(Func<bool> isTime, params string[] arguments) => RunAndSignalAsync("INT", isTime, arguments);

    /// <summary>Runs it until a condition holds, then sends it signals, one right after the other.</summary>
    /// <param name="signals">Their names, with spaces between them.</param>
    /// <param name="isTime">The condition.</param>
    /// <param name="arguments">The command line.</param>
    public async Task<ChildResult> RunAndSignalAsync(string signals, Func<bool> isTime, params string[] arguments)
    {
        using var child = new RunningChild(Start([], arguments));
        Task<string> output = child.Output.ReadToEndAsync();
        Task<string> error = child.Error.ReadToEndAsync();
        await child.UntilAsync(isTime);
        await ChildProcess.RunAsync("sh", ["-c", string.Join(';', signals.Split(' ').Select(signal => $"kill -{signal} {child.Id}"))]);
        await child.EndAsync();
        return new ChildResult(child.ExitCode, await output, await error);
    }
}

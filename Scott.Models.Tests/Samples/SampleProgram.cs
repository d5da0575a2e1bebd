using System.Diagnostics;
using Scott.Models.Tests.Processes;

namespace Scott.Models.Tests.Samples;

/// <summary>A built sample, of the configuration that the tests were built in.</summary>
internal sealed class SampleProgram(string name)
{
    private readonly string _program = Path.Combine(
        Repository.Root,
        "samples",
        name,
        Path.GetRelativePath(Path.Combine(Repository.Root, "Scott.Models.Tests"), AppContext.BaseDirectory),
        name + ".dll");

    public Task<ChildResult> RunAsync(params string[] arguments) => RunWithAsync([], arguments);

    /// <summary>Runs it in another environment.</summary>
    public Task<ChildResult> RunWithAsync((string Name, string? Value)[] environment, params string[] arguments) =>
        ChildProcess.RunAsync("dotnet", [_program, .. arguments], environment);

    /// <summary>Runs it until a condition holds, then presses Ctrl-C.</summary>
    public async Task<ChildResult> RunAndInterruptAsync(Func<bool> isTime, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [_program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        while (!isTime() && !process.HasExited)
        {
            await Task.Delay(10);
        }

        await ChildProcess.RunAsync("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return new ChildResult(process.ExitCode, await output, await error);
    }
}

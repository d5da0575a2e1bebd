using System.Diagnostics;

namespace Scott.Models.Tests.Processes;

/// <summary>Starts this test program again in a role of <see cref="ChildRoles"/>, or any other program, and collects what it prints.</summary>
internal static class ChildProcess
{
    public const string Marker = "--child";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    public static async Task<ChildResult> RunAsync(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string? value) in environment)
            start.Environment[name] = value;

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Limit}.");
        }

        return new ChildResult(process.ExitCode, await output, await error);
    }
}

internal sealed record ChildResult(int ExitCode, string Output, string Error)
{
    public override string ToString() => $"exit {ExitCode}{Environment.NewLine}{Output}{Environment.NewLine}{Error}";
}

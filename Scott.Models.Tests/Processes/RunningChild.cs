using System.Diagnostics;

namespace Scott.Models.Tests.Processes;

/// <summary>A process that runs beside the test. It ends with the test at the latest, also if that fails, and no wait for it is endless.</summary>
internal sealed class RunningChild(Process process) : IDisposable
{
    public int Id => process.Id;

    public int ExitCode => process.ExitCode;

    public StreamReader Output => process.StandardOutput;

    public StreamReader Error => process.StandardError;

    /// <summary>Runs this test program again in a role of <see cref="ChildRoles"/>.</summary>
    public static RunningChild OfRole(string role, params string[] arguments) =>
        OfDotnet([Path.Combine(AppContext.BaseDirectory, "Scott.Models.Tests.dll"), ChildProcess.Marker, role, .. arguments]);

    /// <summary>Runs a program of .NET.</summary>
    public static RunningChild OfDotnet(params string[] arguments) =>
        new(Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!);

    /// <summary>The next line that it prints.</summary>
    public Task<string?> ReadLineAsync() => Output.ReadLineAsync().WaitAsync(Waiting.Limit);

    /// <summary>Waits until a condition holds, or the process has ended.</summary>
    /// <returns>Whether the condition holds.</returns>
    public async Task<bool> UntilAsync(Func<bool> isTime)
    {
        await Waiting.UntilAsync(() => isTime() || process.HasExited);
        return isTime();
    }

    /// <summary>Kills it alone, so that none of its handlers runs.</summary>
    public Task KillAsync()
    {
        process.Kill();
        return EndAsync();
    }

    /// <summary>Waits until it has ended.</summary>
    public Task EndAsync() => process.WaitForExitAsync().WaitAsync(Waiting.Limit);

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);

        process.Dispose();
    }
}

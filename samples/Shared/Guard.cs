namespace Samples.Shared;

/// <summary>Stands round a sample's work: Ctrl-C becomes a token, and every end that is not a fault of the program an exit code and one line.</summary>
internal static class Guard
{
    public static async Task<int> RunAsync(Screen screen, Func<CancellationToken, Task<int>> work)
    {
        using var interrupt = new Interrupt();
        try
        {
            return await work(interrupt.Token);
        }
        catch (UsageException exception)
        {
            screen.Error(exception.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Error("Interrupted before anything was written.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            screen.Error(Faults.Describe(exception));
            return ExitCode.Failed;
        }
    }
}

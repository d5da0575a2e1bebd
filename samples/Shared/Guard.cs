namespace Samples.Shared;

/// <summary>Stands round a sample's work: a signal to end becomes a token, and every end that is not a fault of the program an exit code and one line.</summary>
internal static class Guard
{
    public static async Task<int> RunAsync(Screen screen, Func<CancellationToken, Task<int>> work)
    {
        using var interrupt = new Interrupt();
        try
        {
            int code = await work(interrupt.Token);
            return code == ExitCode.Interrupted ? interrupt.ExitCode : code;
        }
        catch (UsageException exception)
        {
            screen.Error(exception.Message);
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Error("Interrupted before anything was written.");
            return interrupt.ExitCode;
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            screen.Error(Faults.Describe(exception));
            return ExitCode.Failed;
        }
    }
}

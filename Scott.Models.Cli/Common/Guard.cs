namespace Scott.Models.Cli;

/// <summary>Surrounds a command's work: a signal becomes a token, and every expected end becomes an exit code and one line.</summary>
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
            screen.Error(Faults.InWordsOfTheTool(exception.Message));
            return ExitCode.Usage;
        }
        catch (ScottConfigurationException exception)
        {
            screen.Error(Faults.Describe(exception));
            return ExitCode.Usage;
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Error("Interrupted.");
            return interrupt.ExitCode;
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            screen.Error(Faults.Describe(exception));
            return ExitCode.Failed;
        }
    }
}

using ImageSearch.Demo;
using ImageSearch.Options;
using ImageSearch.Web;

namespace ImageSearch;

/// <summary>The program behind its command line: serves until Ctrl-C.</summary>
internal static partial class App
{
    public static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            options.Validate();
            using DemoFolder? demo = options.Folder is null ? await DemoFolder.DrawAsync(cancellationToken) : null;
            string folder = Path.GetFullPath(options.Folder ?? demo!.Path);
            await using WebApplication app = Server.Build(options, folder);
            LogFolder(app.Logger, folder, demo is null ? string.Empty : " of drawn images; --folder takes yours");
            await app.StartAsync(cancellationToken);
            string address = app.Urls.Single();
            LogListening(app.Logger, address);
            await app.WaitForShutdownAsync(cancellationToken);
            return ExitCode.Success;
        }
        catch (UsageException exception)
        {
            return End(ExitCode.Usage, exception);
        }
        catch (Exception exception) when (Faults.AreExpected(exception))
        {
            return End(ExitCode.Failed, exception);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
    }

    private static int End(int exitCode, Exception exception)
    {
        Console.Error.WriteLine($"error: {Faults.Describe(exception)}");
        return exitCode;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Folder {Folder}{Note}")]
    private static partial void LogFolder(ILogger log, string folder, string note);

    [LoggerMessage(Level = LogLevel.Information, Message = "Listening on {Address}")]
    private static partial void LogListening(ILogger log, string address);
}

using Microsoft.Extensions.Logging;

namespace Scott.Models.Downloads;

/// <summary>What a download tells the app's log. Sources are named without what can be a secret.</summary>
internal static partial class TransferLog
{
    public static void Fetching(ILogger logger, ExpectedFile file, IFileSource source, long fromByte)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Fetching(logger, file.Subject, source.Name, fromByte);
        }
    }

    public static void Published(ILogger logger, ExpectedFile file, string path)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            Published(logger, file.Subject, path);
        }
    }

    public static void Failed(ILogger logger, ExpectedFile file, IFileSource source, string reason)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            Failed(logger, source.Name, file.Subject, reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trying again in {Delay}, retry {Retry} of {Retries}: {Reason}")]
    public static partial void Retrying(ILogger logger, TimeSpan delay, int retry, int retries, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching {File} from '{Source}', beginning at byte {FromByte}.")]
    private static partial void Fetching(ILogger logger, string file, string source, long fromByte);

    [LoggerMessage(Level = LogLevel.Information, Message = "{File} is whole and stands at '{Path}'.")]
    private static partial void Published(ILogger logger, string file, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Source}' did not deliver {File}: {Reason}")]
    private static partial void Failed(ILogger logger, string source, string file, string reason);
}

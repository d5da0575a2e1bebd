namespace Scott.Models.Downloads;

/// <summary>Writes a download to the app's log. The names of sources are written without anything that can be secret.</summary>
internal static partial class TransferLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Trying again in {Delay}, retry {Retry} of {Retries}: {Reason}")]
    public static partial void Retrying(ILogger logger, TimeSpan delay, int retry, int retries, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloading {File} from '{Source}', starting at byte {FromByte}.")]
    public static partial void Fetching(ILogger logger, ExpectedFile file, FileSource source, long fromByte);

    [LoggerMessage(Level = LogLevel.Information, Message = "Downloaded {File} to '{Path}'.")]
    public static partial void Published(ILogger logger, ExpectedFile file, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Source}' did not deliver {File}: {Reason}")]
    public static partial void Failed(ILogger logger, FileSource source, ExpectedFile file, string reason);
}

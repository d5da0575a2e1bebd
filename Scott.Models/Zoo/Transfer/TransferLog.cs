using Microsoft.Extensions.Logging;

namespace Scott.Models.Zoo.Transfer;

/// <summary>What a download tells the app's log.</summary>
internal static partial class TransferLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Fetching '{File}' of '{ModelId}' from '{Source}', beginning at byte {FromByte}.")]
    public static partial void Fetching(ILogger logger, string file, string modelId, string source, long fromByte);

    [LoggerMessage(Level = LogLevel.Information, Message = "'{File}' of '{ModelId}' is whole and stands at '{Path}'.")]
    public static partial void Published(ILogger logger, string file, string modelId, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "'{Source}' did not deliver '{File}' of '{ModelId}': {Reason}")]
    public static partial void Failed(ILogger logger, string source, string file, string modelId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Trying again in {Delay}, retry {Retry} of {Retries}: {Reason}")]
    public static partial void Retrying(ILogger logger, TimeSpan delay, int retry, int retries, string reason);
}

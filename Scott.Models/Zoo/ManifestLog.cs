using Microsoft.Extensions.Logging;

namespace Scott.Models.Zoo;

/// <summary>What the reading of manifests tells the app's log.</summary>
internal static partial class ManifestLog
{
    public static void Recalled(ILogger logger, RecalledManifest manifest)
    {
        if (logger.IsEnabled(LogLevel.Warning))
        {
            string age = manifest.AgeText;
            Recalled(logger, manifest.Address, age, manifest.Reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The manifest '{Address}' was fetched but cannot be kept for a time without network: {Reason}")]
    public static partial void NotKept(ILogger logger, string address, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Using the cached copy of the manifest '{Address}', {Age} old: {Reason}")]
    private static partial void Recalled(ILogger logger, string address, string age, string reason);
}

namespace Scott.Models.Downloads;

/// <summary>The progress of the download of a file.</summary>
/// <param name="ModelId">The model; empty for a dataset's archive.</param>
/// <param name="FileName">The file.</param>
/// <param name="CompletedBytes">The bytes on disk, including those from earlier downloads.</param>
/// <param name="TotalBytes">The file's length; 0 while it is not known.</param>
/// <param name="BytesPerSecond">The mean rate since this download started or restarted; 0 while it is not known.</param>
public readonly record struct DownloadProgress(string ModelId, string FileName, long CompletedBytes, long TotalBytes, double BytesPerSecond);

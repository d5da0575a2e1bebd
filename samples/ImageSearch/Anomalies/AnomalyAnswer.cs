namespace ImageSearch.Anomalies;

/// <summary>How far an image deviates from what is normal, and where.</summary>
/// <param name="Score">The highest score of a patch.</param>
/// <param name="Threshold">The score above which an image is anomalous.</param>
/// <param name="IsAnomalous">Whether the score is above the threshold.</param>
/// <param name="Image">The image, as a data URI.</param>
/// <param name="Overlay">The image below the heat map, as a data URI.</param>
internal sealed record AnomalyAnswer(double Score, double Threshold, bool IsAnomalous, string Image, string Overlay);

namespace ImageSearch.Anomalies;

/// <summary>What is learned as normal, and how far learning is.</summary>
/// <param name="Learning">The learning in progress, if any.</param>
/// <param name="Learned">What was learned last, if anything.</param>
/// <param name="Fault">Why the last learning failed, if it did.</param>
internal sealed record AnomalyStatus(NormalLearning? Learning, NormalLearned? Learned, string? Fault);

/// <summary>How far learning is.</summary>
/// <param name="Folder">The folder whose images are learned.</param>
/// <param name="Stage">Loading, Reading, Calibrating or Selecting.</param>
/// <param name="Completed">How much of the stage is done.</param>
/// <param name="Total">How much there is; 0 if that is not known.</param>
internal sealed record NormalLearning(string Folder, string Stage, int Completed, int Total);

/// <summary>What was learned.</summary>
/// <param name="Folder">The folder whose images were learned.</param>
/// <param name="Images">How many were learned.</param>
/// <param name="Unreadable">How many could not be read.</param>
/// <param name="Threshold">The score above which an image is anomalous.</param>
/// <param name="FalseAlarmRate">The share of normal images above it, at most.</param>
internal sealed record NormalLearned(string Folder, int Images, int Unreadable, double Threshold, double FalseAlarmRate);

namespace Scott.Models.Training;

/// <summary>How a classifier does on the validation images.</summary>
/// <param name="Loss">The cross-entropy, without label smoothing or class weights.</param>
/// <param name="Top1">The share classified rightly, 0 to 1.</param>
/// <param name="Top5">The share whose class is among the five most likely, 0 to 1.</param>
/// <param name="MeanPerClassTop1">The mean of the classes' shares, 0 to 1.</param>
/// <param name="CalibrationError">How far confidence is from accuracy, 0 to 1.</param>
/// <param name="Images">How many there are.</param>
public sealed record ValidationFigures(double Loss, double Top1, double Top5, double MeanPerClassTop1, double CalibrationError, int Images);

using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>What makes a run the run that it is. Two with the same identity and the same images end in the same weights.</summary>
internal sealed record FineTuningIdentity(
    ScottArchitecture Architecture,
    PreprocessingSpec Preprocessing,
    string FirstWeights,
    FineTuningOptions Recipe,
    AugmentationSpec? Augmentation,
    IReadOnlyList<string> ClassNames,
    int TrainingImages,
    int ValidationImages);

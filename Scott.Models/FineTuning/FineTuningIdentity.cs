using Scott.Models.Configuration;
using Scott.Models.Imaging.Augmentation;

namespace Scott.Models.FineTuning;

/// <summary>What makes a run the run that it is. Two with the same identity and the same pictures end in the same weights.</summary>
internal sealed record FineTuningIdentity(
    ScottArchitecture Architecture,
    PreprocessingSpec Preprocessing,
    string FirstWeights,
    FineTuningOptions Recipe,
    AugmentationSpec? Augmentation,
    IReadOnlyList<string> ClassNames,
    int TrainingPictures,
    int ValidationPictures);

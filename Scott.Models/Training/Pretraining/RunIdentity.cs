using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>What makes a run the run that it is. Two with the same identity and the same images end in the same weights.</summary>
internal sealed record RunIdentity(ScottArchitecture Architecture, PreprocessingSpec Preprocessing, string FirstWeights, PretrainingOptions Recipe, AugmentationSpec Augmentation, int Images);

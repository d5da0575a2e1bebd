using Scott.Models.Configuration;

namespace Scott.Models.Weights;

/// <summary>A model's parts, for the folders that compute with a model and stand below <c>ScottModel</c>.</summary>
internal sealed record ModelSnapshot(ScottArchitecture Architecture, PreprocessingSpec Preprocessing, WeightSet Weights, ModelMetadata Metadata);

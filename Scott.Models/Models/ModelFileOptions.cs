using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>How to read a model file. A file of this package needs none of it.</summary>
public sealed record ModelFileOptions
{
    /// <summary>The architecture of weights whose file has no description; one with a description must have the same.</summary>
    /// <value>Default: <see langword="null"/>, the file's own.</value>
    public ScottArchitecture? Architecture { get; init; }

    /// <summary>The preprocessing of weights whose file has no description.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="PreprocessingSpec.ForImage"/> of the architecture's image size.</value>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>Reads only the tensors whose names start with this and a dot, and takes both off, for example <c>model</c>.</summary>
    /// <value>Default: <see langword="null"/>, all tensors.</value>
    public string? TensorPrefix { get; init; }

    /// <summary>Where the weights' bytes live. PyTorch checkpoints are always read into managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;
}

using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>How to read a model file. A file that this package wrote needs no options.</summary>
public sealed record ModelFileOptions
{
    /// <summary>The architecture of weights whose file has no description. If the file has one, both architectures must be equal.</summary>
    /// <value>Default: <see langword="null"/>, the architecture that the file describes.</value>
    public ScottArchitecture? Architecture { get; init; }

    /// <summary>The preprocessing of weights whose file has no description; otherwise not used.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="PreprocessingSpec.ForImage"/> of the architecture's image size.</value>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>Reads only the tensors whose names start with this and a dot, and removes both, for example <c>model</c>.</summary>
    /// <value>Default: <see langword="null"/>, all tensors.</value>
    public string? TensorPrefix { get; init; }

    /// <summary>Where the bytes of the weights are kept. PyTorch checkpoints are always read into managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;
}

using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>How to read a model file. Only foreign weights need any of it.</summary>
public sealed record ModelFileOptions
{
    /// <summary>The architecture of weights that carry no description; where they do carry one, it must be equal.</summary>
    /// <value>Default: <see langword="null"/>, the file's own.</value>
    public ScottArchitecture? Architecture { get; init; }

    /// <summary>The preprocessing of weights that carry no description.</summary>
    /// <value>Default: <see langword="null"/>: <see cref="PreprocessingSpec.ForImage"/> of the architecture's image size.</value>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>Takes only the tensors under this name and drops it from theirs, for example <c>model</c>.</summary>
    /// <value>Default: <see langword="null"/>, all tensors.</value>
    public string? Under { get; init; }

    /// <summary>Where the weights' bytes live. PyTorch checkpoints are always read into managed memory.</summary>
    /// <value>Default: <see cref="WeightStorage.Managed"/>.</value>
    public WeightStorage Storage { get; init; } = WeightStorage.Managed;
}

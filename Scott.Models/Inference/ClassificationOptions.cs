namespace Scott.Models.Inference;

/// <summary>How images are classified.</summary>
public sealed record ClassificationOptions : InferenceOptions
{
    /// <summary>The default of <see cref="TopClasses"/>.</summary>
    public const int DefaultTopClasses = 5;

    /// <summary>How many of the most likely classes a prediction lists. If there are fewer classes, it lists all.</summary>
    /// <value>At least 1; default: 5.</value>
    public int TopClasses { get; init; } = DefaultTopClasses;

    /// <summary>Checks every setting.</summary>
    /// <param name="architecture">The backbone's architecture, which limits the batch size.</param>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate(ScottArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var faults = new FaultList(nameof(ClassificationOptions));
        AddFaults(faults, architecture.EmbeddingWidth, architecture);
        faults.RequireRange(nameof(TopClasses), TopClasses, 1, int.MaxValue);
        faults.ThrowIfAny();
        Decoding.Validate();
    }
}

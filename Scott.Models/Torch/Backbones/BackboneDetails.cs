namespace Scott.Models.Torch;

/// <summary>What to return beside a backbone's tokens.</summary>
public sealed record BackboneDetails
{
    /// <summary>Whether to return the last block's attention weights.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool LastAttention { get; init; }

    /// <summary>The blocks, from 0, whose output tokens to return.</summary>
    /// <value>Default: none.</value>
    public IReadOnlySet<int> Blocks { get; init; } = new HashSet<int>();
}

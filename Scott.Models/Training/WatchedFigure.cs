namespace Scott.Models.Training;

/// <summary>The figure that decides which epoch is the best, and when a run stops early. More is better for each.</summary>
public enum WatchedFigure
{
    /// <summary><see cref="NeighborAccuracy"/> if there are labeled images to evaluate on, otherwise no figure.</summary>
    Auto,
    /// <summary>RankMe of the pooled features: needs no labels, but is often highest before the run learns. For runs that start trained.</summary>
    EffectiveRank,
    /// <summary>The accuracy of the nearest neighbors' vote on labeled images.</summary>
    NeighborAccuracy,
    /// <summary>The accuracy of a linear probe on labeled images.</summary>
    LinearAccuracy,
}

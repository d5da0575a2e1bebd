using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace EmbedCluster.Grains;

/// <summary>Puts a worker on the silo that its key names. A job asks each silo for as many workers as it has announced.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OwnSiloPlacementAttribute() : PlacementAttribute(new OwnSiloPlacement());

/// <inheritdoc cref="OwnSiloPlacementAttribute" />
public sealed class OwnSiloPlacement : PlacementStrategy;

/// <inheritdoc cref="OwnSiloPlacementAttribute" />
public sealed class OwnSiloPlacementDirector : IPlacementDirector
{
    /// <inheritdoc />
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        SiloAddress own = WorkerKey.Parse(target.GrainIdentity.Key.ToString()!).Silo;
        return Array.IndexOf(context.GetCompatibleSilos(target), own) >= 0
            ? Task.FromResult(own)
            : throw new OrleansException($"The silo {own} is gone, and its workers with it.");
    }
}

using Scott.Models.Weights;

namespace Scott.Models.Torch;

/// <summary>The mean of a backbone's weights over the steps that were added. Owns the backbone that holds it.</summary>
/// <remarks>Stochastic weight averaging: arXiv:1803.05407, section 3.2.</remarks>
internal sealed class WeightAverage(Backbone mean)
{
    private const string CountName = "count";

    /// <summary>Holds the mean; before the first step was added, whatever it held.</summary>
    public Backbone Mean { get; } = mean;

    /// <summary>The steps that were added.</summary>
    public long Count { get; private set; }

    public void Add(Backbone backbone) => ExponentialMovingAverage.Update(Mean, backbone, 1 - (1.0 / ++Count));

    public WeightSet Export() => new([WeightTensor.Create(CountName, [1], [Count]), .. ModuleWeights.Export(Mean)]);

    public void Restore(WeightSet state)
    {
        Count = (long)state[CountName].ToArray()[0];
        ModuleWeights.Load(Mean, new WeightSet(state.Where(weight => weight.Name != CountName)));
    }
}

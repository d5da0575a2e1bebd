using System.Runtime.Intrinsics;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Computes features in managed code: no native library at all.</summary>
/// <remarks>
/// A single image is spread over threads, many run one per thread. Runs at the same time share the threads. Equal bits on every processor with fused
/// multiply-add: the order of each sum depends neither on the registers nor on the threads.
/// </remarks>
internal sealed class ManagedFeatureEngine : IFeatureEngine
{
    /// <summary>With fewer tokens each, threads would wait for weights and for each other.</summary>
    private const int TokensPerThread = 12;

    private readonly ConcurrentBag<IManagedRun> _idle = [];
    private readonly Func<IManagedRun> _create;
    /// <summary>The threads that one image can use.</summary>
    private readonly int _threads;
    private readonly Lock _gate = new();
    /// <summary>The threads that no run has taken. Negative if more callers run than there are threads.</summary>
    private int _free;
    private volatile bool _isDisposed;

    /// <summary>Packs the weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="classifier">The classifier, if logits are wanted.</param>
    /// <param name="layout">The outputs.</param>
    /// <param name="options">The number of threads.</param>
    /// <param name="lanes">The numbers in a register: 1, 4, 8 or 16. The most that this processor has, if <see langword="null"/>.</param>
    public ManagedFeatureEngine(ScottModel model, ScottClassifier? classifier, FeatureLayout layout, InferenceOptions options, int? lanes = null)
    {
        int count = lanes ?? WidestLanes;
        var weights = new ManagedWeights(model, 2 * count);
        ManagedHeadWeights? head = classifier is null ? null : new ManagedHeadWeights(classifier, 2 * count);
        _threads = OperatingSystem.IsBrowser() ? 1 : Math.Clamp(model.Architecture.Tokens / TokensPerThread, 1, options.EffectiveThreads);
        _free = options.EffectiveThreads;
        _create = count switch
        {
            16 => () => new ManagedRun<Lanes512, Vector512<float>>(weights, head, layout, _threads),
            8 => () => new ManagedRun<Lanes256, Vector256<float>>(weights, head, layout, _threads),
            4 => () => new ManagedRun<Lanes128, Vector128<float>>(weights, head, layout, _threads),
            1 => () => new ManagedRun<LanesOne, float>(weights, head, layout, _threads),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "Expected 1, 4, 8 or 16."),
        };
        Description = string.Create(CultureInfo.InvariantCulture, $"Managed code, {32 * count}-bit registers");
    }

    public string Description { get; }
    public ExecutionProvider? ExecutionProvider => null;
    public int BulkBatchSize => 1;

    private static int WidestLanes =>
        Vector512.IsHardwareAccelerated ? Vector512<float>.Count
        : Vector256.IsHardwareAccelerated ? Vector256<float>.Count
        : Vector128.IsHardwareAccelerated ? Vector128<float>.Count
        : 1;

    public void Run(FeatureBatch batch, int count, bool isBulk)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (!_idle.TryTake(out IManagedRun? run))
            run = _create();

        int threads = Take(isBulk ? 1 : _threads);
        try
        {
            for (int slot = 0; slot < count; slot++)
                run.Compute(batch, slot, threads);
        }
        finally
        {
            Return(threads);
        }

        _idle.Add(run);
    }

    public void Dispose()
    {
        _isDisposed = true;
        _idle.Clear();
    }

    /// <summary>Takes up to so many of the free threads, and at least the caller's own.</summary>
    internal int Take(int wanted)
    {
        lock (_gate)
        {
            int taken = Math.Clamp(_free, 1, wanted);
            _free -= taken;
            return taken;
        }
    }

    internal void Return(int threads)
    {
        lock (_gate)
            _free += threads;
    }
}

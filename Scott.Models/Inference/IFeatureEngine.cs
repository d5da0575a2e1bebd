using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Computes features of preprocessed images. Thread-safe.</summary>
internal interface IFeatureEngine : IDisposable
{
    /// <summary>The engine, its version and what it runs on, for people.</summary>
    string Description { get; }
    /// <summary>What ONNX Runtime computes on, or <see langword="null"/> for another engine.</summary>
    ExecutionProvider? ExecutionProvider { get; }
    /// <summary>How many images one run should hold if there are many.</summary>
    int BulkBatchSize { get; }

    /// <summary>Computes the first images of a batch, at least one. In bulk, other threads run too: use only the calling thread.</summary>
    void Run(FeatureBatch batch, int count, bool isBulk);
}

using System.Diagnostics.CodeAnalysis;

namespace Scott.Models.Inference;

/// <summary>The prediction for one image, or the error if it cannot be read. Immutable.</summary>
public sealed class ImagePrediction
{
    private readonly ImageEmbedding _features;
    private readonly float[]? _probabilities;
    private readonly IReadOnlyList<ClassProbability>? _classes;
    private readonly IReadOnlyList<ClassProbability>? _labels;

    internal ImagePrediction(ImageEmbedding features, IReadOnlyList<string> classNames, int topClasses, IReadOnlyList<float>? thresholds = null)
    {
        _features = features;
        if (features.Logits is not { } logits)
            return;

        // The sort is stable: equally likely classes keep their order.
        float[] probabilities = _probabilities = thresholds is null ? Softmax.OfRows(logits, logits.Length) : Sigmoid.Of(logits);
        ClassProbability[] sorted = [.. Enumerable.Range(0, logits.Length)
            .Select(label => new ClassProbability(label, classNames[label], probabilities[label]))
            .OrderByDescending(each => each.Probability)];
        _classes = [.. sorted.Take(topClasses)];
        _labels = thresholds is null ? [sorted[0]] : [.. sorted.Where(each => each.Probability >= thresholds[each.Label])];
    }

    /// <summary>The image's place in the input, from 0.</summary>
    public long Index => _features.Index;

    /// <summary>The image's path or name.</summary>
    public string Name => _features.Name;

    /// <inheritdoc cref="ImageEmbedding.Error"/>
    public Exception? Error => _features.Error;

    /// <summary>Whether there is a prediction.</summary>
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Error is null;

    /// <summary>The most likely class.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public ClassProbability Best => Classes[0];

    /// <summary>The most likely classes, most likely first; at most <see cref="ClassificationOptions.TopClasses"/>.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public IReadOnlyList<ClassProbability> Classes => _classes ?? throw Nothing();

    /// <summary>The labels of the image, most likely first: of a multi-label classifier all classes whose probability reaches their threshold, which
    /// may be none; otherwise the most likely class alone.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public IReadOnlyList<ClassProbability> Labels => _labels ?? throw Nothing();

    /// <summary>Every class's probability, in the order of the classifier's class names: C numbers in [0, 1]. They sum to 1, unless the classifier is
    /// multi-label.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Probabilities => _probabilities ?? throw Nothing();

    /// <summary>The logits, in the same order. Their softmax is <see cref="Probabilities"/>; with a multi-label classifier, their sigmoid
    /// is.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Logits => _features.Logits ?? throw Nothing();

    /// <summary>The backbone's vector for the image, D numbers, as <see cref="ScottArchitecture.DefaultPooling"/> says.</summary>
    /// <exception cref="InvalidOperationException">The image gave nothing; the inner exception is <see cref="Error"/>.</exception>
    public ReadOnlyMemory<float> Embedding => IsSuccess ? _features.Vector : throw Nothing();

    private InvalidOperationException Nothing() => new($"'{Name}' has no prediction: {Error!.Message} Check IsSuccess first.", Error);
}

/// <summary>A class, and how likely it is.</summary>
/// <param name="Label">Its number, from 0, in the order of the classifier's class names.</param>
/// <param name="ClassName">Its name.</param>
/// <param name="Probability">In [0, 1].</param>
public readonly record struct ClassProbability(int Label, string ClassName, float Probability);

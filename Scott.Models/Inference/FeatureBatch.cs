namespace Scott.Models.Inference;

/// <summary>The memory of one run of an engine: images in, features out. Used again and again, by one thread at a time.</summary>
internal sealed class FeatureBatch
{
    public FeatureBatch(FeatureLayout layout, int capacity)
    {
        Layout = layout;
        Capacity = capacity;
        Images = new float[capacity * layout.ImageLength];
        Vectors = new float[capacity * layout.Width];
        Logits = new float[capacity * layout.Classes];
        Tokens = new float[layout.HasTokens ? capacity * layout.TokensLength : 0];
        Attention = new float[layout.HasAttention ? capacity * layout.AttentionLength : 0];
        Blocks = [.. layout.Blocks.Select(_ => new float[capacity * layout.TokensLength])];
    }

    /// <summary>The memory of a batch of that capacity.</summary>
    public static long Bytes(FeatureLayout layout, int capacity)
    {
        long tokens = (layout.HasTokens ? layout.TokensLength : 0) + ((long)layout.Blocks.Count * layout.TokensLength);
        return capacity * sizeof(float) * (layout.ImageLength + layout.Width + layout.Classes + tokens + (layout.HasAttention ? layout.AttentionLength : 0L));
    }

    public FeatureLayout Layout { get; }

    /// <summary>How many images fit.</summary>
    public int Capacity { get; }

    /// <summary>[capacity, 3, S, S].</summary>
    public float[] Images { get; }

    /// <summary>[capacity, D].</summary>
    public float[] Vectors { get; }

    /// <summary>[capacity, C], or empty.</summary>
    public float[] Logits { get; }

    /// <summary>[capacity, N, D], or empty.</summary>
    public float[] Tokens { get; }

    /// <summary>[capacity, H, R+N, R+N], or empty.</summary>
    public float[] Attention { get; }

    /// <summary>[capacity, N, D] for each block asked for, in the layout's order.</summary>
    public IReadOnlyList<float[]> Blocks { get; }

    /// <summary>Where an image's preprocessed values go.</summary>
    public Memory<float> Image(int slot) => Images.AsMemory(slot * Layout.ImageLength, Layout.ImageLength);
}

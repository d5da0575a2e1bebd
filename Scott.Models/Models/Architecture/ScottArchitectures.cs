namespace Scott.Models;

/// <summary>The named architectures: gives each one by its name.</summary>
/// <remarks>
/// <c>scott-12-16-224</c> and <c>scott-7-16-224</c> are from the paper (SCOTT-12/16, SCOTT-7/16). The smaller ones are made for CPUs and
/// few images: they train without dropout and stochastic depth. Each has a ViT twin with the same transformer.
/// </remarks>
public static class ScottArchitectures
{
    // Without dropout: with dropout, short runs on few images give all images the same vector for thousands of steps.
    private static readonly ScottArchitecture Small = new()
    {
        ImagePixels = 112,
        EmbeddingWidth = 192,
        Heads = 3,
        DropoutRate = 0,
        AttentionDropoutRate = 0,
        StochasticDepthRate = 0,
    };

    private static readonly (string Size, ScottArchitecture Architecture)[] Sizes =
    [
        ("12-16-224", new ScottArchitecture { ImagePixels = 224, EmbeddingWidth = 384, Depth = 12, Heads = 4 }),
        ("7-16-224", new ScottArchitecture { ImagePixels = 224, EmbeddingWidth = 384, Depth = 7, Heads = 4 }),
        ("small-112", Small with { Depth = 12 }),
        ("mini-112", Small with { Depth = 6 }),
    ];

    private static readonly OrderedDictionary<string, ScottArchitecture> ByName = new(
        Sizes.SelectMany(entry => new[]
        {
            KeyValuePair.Create($"scott-{entry.Size}", entry.Architecture),
            KeyValuePair.Create($"vit-{entry.Size}", entry.Architecture with { Tokenizer = TokenizerKind.Vit }),
        }),
        StringComparer.Ordinal);

    /// <summary>Every name, largest size first, each SCOTT before its ViT twin.</summary>
    public static IReadOnlyList<string> Names => ByName.Keys;

    /// <summary>The architecture of that name.</summary>
    /// <param name="name">One of <see cref="Names"/>, for example <c>scott-mini-112</c>.</param>
    /// <exception cref="ArgumentException">There is no such name. The message lists all names.</exception>
    public static ScottArchitecture Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name, out ScottArchitecture? architecture)
            ? architecture
            : throw new ArgumentException($"No architecture is called '{name}'; expected one of {string.Join(", ", Names)}.", nameof(name));
    }
}

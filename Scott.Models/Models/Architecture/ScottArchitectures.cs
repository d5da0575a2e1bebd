namespace Scott.Models;

/// <summary>The named sizes.</summary>
/// <remarks>
/// <c>scott-12-16-224</c> and <c>scott-7-16-224</c> are the paper's (SCOTT-12/16, SCOTT-7/16); the smaller ones are this package's, for
/// CPUs and small data: they train without dropout and stochastic depth. Each has a ViT twin of the same transformer.
/// </remarks>
public static class ScottArchitectures
{
    // Without dropout: with it, short runs on few images stay for thousands of steps where all images get one vector.
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
    /// <exception cref="ArgumentException">There is no such name; the message lists those there are.</exception>
    public static ScottArchitecture Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ByName.TryGetValue(name, out ScottArchitecture? architecture)
            ? architecture
            : throw new ArgumentException($"No architecture is called '{name}'; expected one of {string.Join(", ", Names)}.", nameof(name));
    }
}

using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>A named choice of everything that decides what a pre-training run learns: schedules, batch, masks and the images' random changes.</summary>
public sealed record PretrainingRecipe
{
    private PretrainingRecipe(string name, PretrainingOptions options, AugmentationSpec augmentation)
    {
        Name = name;
        Options = options;
        Augmentation = augmentation;
    }

    /// <summary>The reference's: 300 epochs in batches of 64, made for runs of tens of thousands of steps. What a run without a recipe uses.</summary>
    public static PretrainingRecipe Reference { get; } = new("reference", new PretrainingOptions(), new AugmentationSpec());

    /// <summary>
    /// For an hour or an evening on a few thousand images: small batches, so that there are many steps, a lower learning rate, and no changes of
    /// color.
    /// </summary>
    /// <remarks>
    /// Differs from the paper. Measured on 2 569 images of flowers with <c>scott-mini-112</c>, where the reference's learning rate, or its changes
    /// of color, left frozen features behind those of this recipe after each number of steps.
    /// </remarks>
    public static PretrainingRecipe Short { get; } = new(
        "short",
        new PretrainingOptions { Epochs = 50, BatchSize = 16, PeakLearningRate = 3e-4 },
        new AugmentationSpec { ColorMode = ViewColorMode.None });

    /// <summary>Every recipe.</summary>
    public static IReadOnlyList<PretrainingRecipe> All { get; } = [Reference, Short];

    /// <summary>What <see cref="Get"/> finds it by.</summary>
    public string Name { get; }

    /// <summary>Schedules, batch, masks, seed.</summary>
    public PretrainingOptions Options { get; }

    /// <summary>The images' random changes.</summary>
    public AugmentationSpec Augmentation { get; }

    /// <summary>A recipe by its name.</summary>
    /// <param name="name">As in <see cref="Name"/>.</param>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static PretrainingRecipe Get(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return All.FirstOrDefault(recipe => recipe.Name == name)
            ?? throw new ArgumentException($"There is no recipe '{name}'; expected one of {string.Join(", ", All.Select(recipe => recipe.Name))}.", nameof(name));
    }
}

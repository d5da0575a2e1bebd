namespace Scott.Models.Inference;

/// <summary>How an anomaly detector learns from normal images. Immutable.</summary>
public sealed record AnomalyOptions
{
    /// <summary>The default of <see cref="ImagePixels"/>.</summary>
    public const int DefaultImagePixels = 224;

    /// <summary>The default of <see cref="Neighborhood"/>.</summary>
    public const int DefaultNeighborhood = 1;

    /// <summary>The default of <see cref="BankPatches"/>.</summary>
    public const int DefaultBankPatches = 2048;

    /// <summary>The default of <see cref="Neighbors"/>.</summary>
    public const int DefaultNeighbors = 1;

    /// <summary>The default of <see cref="FalseAlarmRate"/>.</summary>
    public const double DefaultFalseAlarmRate = 0.01;

    /// <summary>The default of <see cref="Seed"/>.</summary>
    public const long DefaultSeed = 47;

    internal const int MaximumBankPatches = 1_000_000;

    private const int MaximumNeighborhood = 15;
    private const int MaximumNeighbors = 1000;

    /// <summary>The side of the square that the whole image is stretched to, in pixels.</summary>
    /// <remarks>Nothing is cropped, so that a defect at the border is seen. A larger side finds smaller defects, and takes more time.</remarks>
    /// <value>A multiple of the model's patch side; default: 224.</value>
    public int ImagePixels { get; init; } = DefaultImagePixels;

    /// <summary>The blocks whose output tokens describe a patch, joined to one vector.</summary>
    /// <value>Each from 0 to depth − 1; default: <see langword="null"/>, two blocks, a sixth and a third of the way up: 1 and 2 of 6.</value>
    public IReadOnlySet<int>? Blocks { get; init; }

    /// <summary>The side of the square of patches whose mean describes a patch; 1 for the patch alone.</summary>
    /// <remarks>PatchCore, section 3.1: the neighborhood of size p. Differs from the paper: 1, because the tokens of a ViT know their surroundings
    /// already, and the mean hides small defects. The paper takes 3.</remarks>
    /// <value>An odd number from 1 to 15; default: 1.</value>
    public int Neighborhood { get; init; } = DefaultNeighborhood;

    /// <summary>How the numbers of a patch are scaled before vectors are compared.</summary>
    /// <value>Default: <see cref="PatchScaling.UnitLength"/>.</value>
    public PatchScaling Scaling { get; init; } = PatchScaling.UnitLength;

    /// <summary>How many patches of normal images the detector keeps, at most. Time and memory of scoring grow with it.</summary>
    /// <value>1 to 1 000 000, and at most 2 GB of vectors; default: 2048.</value>
    public int BankPatches { get; init; } = DefaultBankPatches;

    /// <summary>The score of a patch is the mean distance to so many of the nearest kept patches.</summary>
    /// <value>1 to 1000; default: 1.</value>
    public int Neighbors { get; init; } = DefaultNeighbors;

    /// <summary>The share of normal images that may be called anomalous. It sets the threshold.</summary>
    /// <remarks>The lowest rate that n images can state is 1 / (n + 1): 99 images for 1 %.</remarks>
    /// <value>More than 0 and less than 1; default: 0.01.</value>
    public double FalseAlarmRate { get; init; } = DefaultFalseAlarmRate;

    /// <summary>Whether images too few for <see cref="FalseAlarmRate"/> are an error. Otherwise the threshold is the highest score of a normal image,
    /// and <see cref="AnomalyDetector.FalseAlarmRate"/> says the rate that this stands for.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool RequiresFalseAlarmRate { get; init; }

    /// <summary>Decides the random choices. On one machine, the same images and seed make the same detector.</summary>
    /// <value>Default: 47.</value>
    public long Seed { get; init; } = DefaultSeed;

    /// <summary>How the model computes. What it says about the vector, tokens, attention and blocks is not used.</summary>
    /// <value>Default: ONNX Runtime on the CPU.</value>
    public FeatureExtractionOptions Extraction { get; init; } = new();

    /// <summary>Checks every setting.</summary>
    /// <param name="architecture">The backbone's architecture, which limits the image size and the blocks.</param>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate(ScottArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var faults = new FaultList(nameof(AnomalyOptions));
        int patch = architecture.PatchPixels;
        faults.RequireRange(nameof(ImagePixels), ImagePixels, patch, ScottArchitecture.MaximumImagePixels);
        faults.Require(ImagePixels % patch == 0, $"ImagePixels is {ImagePixels}; expected a multiple of the model's patch side, {patch}.");
        faults.Require(Blocks is not { Count: 0 }, "Blocks is empty; expected at least one block, or null for the default.");
        foreach (int block in Blocks ?? Enumerable.Empty<int>())
            faults.RequireRange("A block", block, 0, architecture.Depth - 1);

        faults.RequireRange(nameof(Neighborhood), Neighborhood, 1, MaximumNeighborhood);
        faults.Require(Neighborhood % 2 != 0, $"Neighborhood is {Neighborhood}; expected an odd number.");
        faults.Require(Enum.IsDefined(Scaling), $"Scaling is {Scaling}; expected None, UnitLength or Standardized.");
        faults.RequireRange(nameof(BankPatches), BankPatches, 1, MaximumBankPatches);
        faults.RequireRange(nameof(Neighbors), Neighbors, 1, MaximumNeighbors);
        faults.Require(
            FalseAlarmRate is > 0 and < 1, FormattableString.Invariant($"FalseAlarmRate is {FalseAlarmRate}; expected more than 0 and less than 1."));
        faults.ThrowIfAny();
        Extraction.Validate(architecture);
    }

    /// <summary>Refuses a bank whose vectors, as one tensor, could not be saved, before anything is learned.</summary>
    /// <exception cref="ScottConfigurationException">It is too large.</exception>
    internal void RequireSavable(ScottArchitecture architecture)
    {
        int width = architecture.EmbeddingWidth * BlocksOf(architecture).Length;
        int most = int.MaxValue / (sizeof(float) * width);
        var faults = new FaultList(nameof(AnomalyOptions));
        faults.Require(BankPatches <= most, $"BankPatches is {BankPatches}; expected at most {most}, whose vectors of {width} numbers take 2 GB.");
        faults.ThrowIfAny();
    }

    /// <summary>The blocks in use, ascending.</summary>
    internal int[] BlocksOf(ScottArchitecture architecture) =>
        [.. (Blocks ?? new[] { architecture.Depth / 6, architecture.Depth / 3 }.Distinct()).Order()];
}

/// <summary>How the numbers of a patch are scaled before vectors are compared.</summary>
public enum PatchScaling
{
    /// <summary>Not at all, as in PatchCore.</summary>
    None,
    /// <summary>The part of each block is scaled to length 1, so that only its direction counts.</summary>
    UnitLength,
    /// <summary>Each number is divided by its standard deviation over the patches of all normal images, after the mean is subtracted.</summary>
    Standardized,
}

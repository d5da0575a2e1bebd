namespace Scott.Models.Onnx;

/// <summary>What ONNX file to write, and how closely it must agree with the model.</summary>
public sealed record OnnxExportOptions
{
    /// <summary>The number format of weights and arithmetic.</summary>
    /// <value>Default: <see cref="OnnxPrecision.Float32"/>.</value>
    public OnnxPrecision Precision { get; init; } = OnnxPrecision.Float32;

    /// <summary>The operators the graph may use.</summary>
    /// <value>Default: <see cref="OnnxOperatorSet.Opset17"/>, which most runtimes read.</value>
    public OnnxOperatorSet OperatorSet { get; init; } = OnnxOperatorSet.Opset17;

    /// <summary>The side of square input images in pixels, a multiple of the patch size. The position table is interpolated to fit.</summary>
    /// <remarks>For other shapes, export <see cref="ScottModel.WithImageSize(int, int)"/>.</remarks>
    /// <value>Default: <see langword="null"/>, the model's own size.</value>
    public int? ImagePixels { get; init; }

    /// <summary>
    /// Whether the input is uint8 [batch, H, W, C], for images in color red, green, blue, as decoders give it, and the graph normalizes it.
    /// Otherwise the input is normalized float [batch, C, H, W].
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool ByteInput { get; init; }

    /// <summary>How the output <c>embedding</c> is made of the tokens.</summary>
    /// <value>Default: <see langword="null"/>, <see cref="ScottArchitecture.DefaultPooling"/>.</value>
    public EmbeddingPooling? Pooling { get; init; }

    /// <summary>Whether the output <c>tokens</c> is normalized. The output <c>embedding</c> is always made of normalized tokens.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool NormalizeTokens { get; init; } = true;

    /// <summary>Whether the output <c>embedding</c> is scaled to length 1.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool UnitLength { get; init; }

    /// <summary>Whether the graph is run and compared before the file is written.</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool VerifyParity { get; init; } = true;

    /// <summary>What the graph is compared with.</summary>
    /// <value>Default: <see cref="OnnxParityReference.Auto"/>.</value>
    public OnnxParityReference ParityReference { get; init; } = OnnxParityReference.Auto;

    /// <summary>Known inputs and outputs to compare with, in place of <see cref="ParityReference"/>.</summary>
    /// <value>Default: none.</value>
    public OnnxGoldenOutputs? GoldenOutputs { get; init; }

    /// <summary>
    /// The largest accepted difference between a number of the graph and of the reference. If an output has a number over 1, the limit for it is
    /// multiplied by its largest absolute number.
    /// </summary>
    /// <value>More than 0. Default: <see langword="null"/>: 1e-4 for Float32, 0.05 for Float16Weights, 0.25 for Float16, no limit for Int8.</value>
    public double? MaximumDifference { get; init; }

    /// <summary>
    /// The smallest accepted cosine similarity, for each image and output. It does not apply to a classifier's probabilities: if two classes are
    /// almost equally likely, a small change of the logits changes the direction of the probabilities a lot.
    /// </summary>
    /// <value>−1 to 1. Default: <see langword="null"/>: 0.999999 for Float32, 0.9999 for Float16Weights, 0.999 for Float16, 0.99 for Int8.</value>
    public double? MinimumCosine { get; init; }

    internal double EffectiveMaximumDifference => MaximumDifference ?? Precision switch
    {
        OnnxPrecision.Float32 => 1e-4,
        OnnxPrecision.Float16Weights => 0.05,
        OnnxPrecision.Float16 => 0.25,
        _ => double.PositiveInfinity,
    };

    internal double EffectiveMinimumCosine => MinimumCosine ?? Precision switch
    {
        OnnxPrecision.Float32 => 0.999999,
        OnnxPrecision.Float16Weights => 0.9999,
        OnnxPrecision.Float16 => 0.999,
        _ => 0.99,
    };

    /// <exception cref="ScottConfigurationException">A setting needs a backbone's outputs, which the graph of a classifier does not have.</exception>
    internal void ValidateForClassifier()
    {
        var faults = new FaultList(nameof(OnnxExportOptions));
        faults.Require(NormalizeTokens, "NormalizeTokens is False; a classifier's graph has no output tokens. Export its Model for that.");
        faults.Require(!UnitLength, "UnitLength is True; a classifier's graph has no output embedding. Export its Model for that.");
        faults.Require(Pooling is null, $"Pooling is {Pooling}; a classifier's graph has no output embedding. Export its Model for that.");
        faults.Require(
            GoldenOutputs is null, "GoldenOutputs are a backbone's tokens; a classifier's graph has no output tokens. Choose a ParityReference.");
        faults.ThrowIfAny();
    }

    /// <summary>Checks every setting except <see cref="ImagePixels"/>, which is checked with the architecture when the export runs.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        var faults = new FaultList(nameof(OnnxExportOptions));
        faults.Require(Enum.IsDefined(Precision), $"Precision is {Precision}; expected Float32, Float16Weights, Float16 or Int8.");
        faults.Require(Enum.IsDefined(OperatorSet), $"OperatorSet is {OperatorSet}; expected Opset17, Opset23 or OnnxRuntime.");
        faults.Require(Enum.IsDefined(ParityReference), $"ParityReference is {ParityReference}; expected Auto, Torch or OnnxRuntime.");
        faults.Require(
            MaximumDifference is null or > 0, FormattableString.Invariant($"MaximumDifference is {MaximumDifference}; expected more than 0."));
        faults.Require(
            MinimumCosine is null or (>= -1 and <= 1), FormattableString.Invariant($"MinimumCosine is {MinimumCosine}; expected −1 to 1."));
        faults.Require(GoldenOutputs is null || !ByteInput, "GoldenOutputs are normalized images; a graph with byte input does not take them.");
        faults.ThrowIfAny();
    }
}

/// <summary>The operators an ONNX graph may use. More runtimes read the older ones.</summary>
public enum OnnxOperatorSet
{
    /// <summary>Opset 17 of the standard, IR version 8 (2022): read by every current runtime.</summary>
    Opset17,
    /// <summary>Opset 23 of the standard, IR version 11 (2025), with its fused Attention and Gelu operators.</summary>
    Opset23,
    /// <summary>Opset 17 with ONNX Runtime's own fused attention (<c>com.microsoft.MultiHeadAttention</c>): runs in ONNX Runtime only.</summary>
    OnnxRuntime,
}

/// <summary>What an exported graph is compared with.</summary>
public enum OnnxParityReference
{
    /// <summary><see cref="Torch"/> where libtorch loads, otherwise <see cref="OnnxRuntime"/>; the report says which.</summary>
    Auto,
    /// <summary>The model in TorchSharp in single precision. It shares only the weights with the graph.</summary>
    Torch,
    /// <summary>
    /// The plain single-precision graph in ONNX Runtime without optimizations. Shows what precision, fused operators and optimizations change.
    /// </summary>
    OnnxRuntime,
}

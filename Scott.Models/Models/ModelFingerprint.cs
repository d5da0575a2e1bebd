using Scott.Models.Weights;

namespace Scott.Models;

/// <summary>Computes the fingerprint of what a model makes.</summary>
internal static class ModelFingerprint
{
    /// <summary>The class of numbers that agree to about 1e-3: single precision, also with weights rounded to half.</summary>
    public const string SinglePrecision = "single";
    public const string HalfPrecision = "half";
    public const string EightBits = "int8";
    public const string Bfloat16 = "bfloat16";

    /// <summary>The fingerprint of one output of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="output">What the numbers are.</param>
    /// <param name="width">The length of a vector.</param>
    /// <param name="precision">The class of the number format.</param>
    /// <param name="decoding">How images are decoded, if not exactly.</param>
    public static VectorFingerprint Of(ScottModel model, string output, int width, string precision, string decoding = "") => new()
    {
        ModelId = model.Metadata.Id,
        ModelSha256 = model.Checksum,
        PreprocessingSha256 = Hash(model.Preprocessing.ToJson() + decoding),
        Output = output,
        Precision = precision,
        Width = width,
    };

    /// <summary>The SHA-256 of the architecture, and of names, shapes and values of the weights. Weights in half precision and their copy in single
    /// precision have the same.</summary>
    public static string Checksum(ScottArchitecture architecture, WeightSet weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(architecture.ToJson()));
        foreach (WeightTensor tensor in weights.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"\n{tensor.Name} {WeightTensor.Describe(tensor.Shape)}\n"));
            hash.AppendData(MemoryMarshal.AsBytes<float>(tensor.ToArray()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}

using System.Text.Unicode;

namespace Scott.Models.Weights;

/// <summary>A text of any length in a safetensors file: an entry of the header or, because a header is limited, a tensor of bytes under the same
/// name.</summary>
internal static class SafetensorsText
{
    /// <summary>The longest text that stays in the header, where other programs show it.</summary>
    public const int MaximumHeaderCharacters = 1 << 20;

    /// <summary>Puts a text among the entries of a file, or gives the tensor that takes it.</summary>
    /// <returns>One tensor or none.</returns>
    public static WeightTensor[] Add(Dictionary<string, string> entries, string key, string text)
    {
        if (text.Length <= MaximumHeaderCharacters)
        {
            entries[key] = text;
            return [];
        }

        byte[] bytes = Encoding.UTF8.GetBytes(text);
        return [new WeightTensor(key, TensorDType.UInt8, [bytes.Length], bytes)];
    }

    /// <summary>Finds a text in either place; <see langword="null"/> if there is none, or it is not UTF-8.</summary>
    public static string? Find(SafetensorsContent content, string key) =>
        content.Metadata.TryGetValue(key, out string? text) ? text
        : content.Tensors.TryGet(key, out WeightTensor? tensor) && tensor.DType == TensorDType.UInt8 && Utf8.IsValid(tensor.Data.Span)
            ? Encoding.UTF8.GetString(tensor.Data.Span)
        : null;
}

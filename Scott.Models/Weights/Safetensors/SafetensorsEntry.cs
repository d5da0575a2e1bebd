namespace Scott.Models.Weights;

/// <summary>One tensor of a safetensors header. Offsets are in bytes from the start of the data.</summary>
internal sealed record SafetensorsEntry(string Name, TensorDType DType, long[] Shape, long Begin, long End)
{
    /// <summary>The size of the tensor in bytes. It must fit one array: this package does not support a single weight of 2 GiB.</summary>
    public int ByteCount(string path) => End - Begin <= Array.MaxLength
        ? (int)(End - Begin)
        : throw new SafetensorsException(
            path, SafetensorsFault.TensorTooLarge,
            $"tensor '{Name}' has {Plural.Of(End - Begin, "byte")}; at most {Array.MaxLength} are supported.", Name);

    /// <summary>Checks that the offsets are within the data and span what type and shape need.</summary>
    public void Validate(string path, long dataBytes)
    {
        if (Begin < 0 || Begin > End || End > dataBytes)
        {
            throw new SafetensorsException(
                path, SafetensorsFault.OffsetsOutOfBounds, $"tensor '{Name}' spans bytes {Begin} to {End} of {dataBytes}.", Name);
        }

        long needed = DType.ElementBytes();
        foreach (long size in Shape)
        {
            // A zero makes the whole product zero, but the other dimensions must not overflow either: their order must not matter.
            if (size < 0 || (size > 0 && needed > long.MaxValue / size))
            {
                throw new SafetensorsException(
                    path, SafetensorsFault.ShapeOverflow, $"tensor '{Name}' has shape {WeightTensor.Describe(Shape)}, whose size overflows.", Name);
            }

            needed *= Math.Max(size, 1);
        }

        needed = Shape.Contains(0) ? 0 : needed;
        if (needed != End - Begin)
        {
            throw new SafetensorsException(
                path,
                SafetensorsFault.SizeMismatch,
                $"tensor '{Name}', {DType.SafetensorsName()} {WeightTensor.Describe(Shape)}, needs {Plural.Of(needed, "byte")}; "
                    + $"its offsets span {End - Begin}.",
                Name);
        }
    }
}

namespace Scott.Models.Datasets;

/// <summary>A tagged piece of a MATLAB 5 file.</summary>
/// <param name="Type">What the bytes are.</param>
/// <param name="Data">The bytes, without tag and padding.</param>
internal readonly record struct MatElement(MatDataType Type, ReadOnlyMemory<byte> Data);

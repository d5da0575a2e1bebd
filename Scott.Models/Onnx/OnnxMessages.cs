using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>An ONNX file. The messages here are the part of the format that this package writes.</summary>
/// <remarks>Names and numbers are those of <c>onnx/onnx.proto</c> of github.com/onnx/onnx, IR version 8 and later.</remarks>
internal sealed class ModelProto : IProtobufMessage
{
    public required long IrVersion { get; init; }
    public string ProducerName { get; init; } = string.Empty;
    public string ProducerVersion { get; init; } = string.Empty;
    public required GraphProto Graph { get; init; }
    public List<OperatorSetIdProto> OpsetImport { get; } = [];
    public List<StringStringEntryProto> MetadataProps { get; } = [];

    public byte[] ToByteArray() => ProtobufWriter.ToArray(this);

    public void Write(ProtobufWriter writer)
    {
        writer.Number(1, IrVersion);
        writer.Text(2, ProducerName);
        writer.Text(3, ProducerVersion);
        writer.Message(7, Graph);
        writer.Messages(8, OpsetImport);
        writer.Messages(14, MetadataProps);
    }
}

internal sealed class OperatorSetIdProto(string domain, long version) : IProtobufMessage
{
    public void Write(ProtobufWriter writer)
    {
        writer.TextOrEmpty(1, domain);
        writer.Number(2, version);
    }
}

internal sealed class StringStringEntryProto(string key, string value) : IProtobufMessage
{
    public void Write(ProtobufWriter writer)
    {
        writer.Text(1, key);
        writer.Text(2, value);
    }
}

internal sealed class GraphProto : IProtobufMessage
{
    public required string Name { get; init; }
    public List<NodeProto> Node { get; } = [];
    public List<TensorProto> Initializer { get; } = [];
    public List<ValueInfoProto> Input { get; } = [];
    public List<ValueInfoProto> Output { get; } = [];

    public void Write(ProtobufWriter writer)
    {
        writer.Messages(1, Node);
        writer.Text(2, Name);
        writer.Messages(5, Initializer);
        writer.Messages(11, Input);
        writer.Messages(12, Output);
    }
}

internal sealed class NodeProto : IProtobufMessage
{
    public List<string> Input { get; } = [];
    public List<string> Output { get; } = [];
    public string Name { get; init; } = string.Empty;
    public required string OpType { get; init; }
    public List<AttributeProto> Attribute { get; } = [];
    public string Domain { get; init; } = string.Empty;

    public void Write(ProtobufWriter writer)
    {
        writer.Texts(1, Input);
        writer.Texts(2, Output);
        writer.Text(3, Name);
        writer.Text(4, OpType);
        writer.Messages(5, Attribute);
        writer.Text(7, Domain);
    }
}

/// <summary>A named value of a node: one number, or several whole ones.</summary>
internal sealed class AttributeProto : IProtobufMessage
{
    private const int FloatType = 1;
    private const int IntType = 2;
    private const int IntsType = 7;

    private readonly string _name;
    private readonly float? _float;
    private readonly long? _int;
    private readonly long[] _ints = [];

    public AttributeProto(string name, float value) => (_name, _float) = (name, value);

    public AttributeProto(string name, long value) => (_name, _int) = (name, value);

    public AttributeProto(string name, ReadOnlySpan<long> values) => (_name, _ints) = (name, values.ToArray());

    public void Write(ProtobufWriter writer)
    {
        writer.Text(1, _name);
        if (_float is { } single)
            writer.SingleOrZero(2, single);
        if (_int is { } whole)
            writer.NumberOrZero(3, whole);

        writer.Numbers(8, _ints);
        writer.Number(20, _float is not null ? FloatType : _int is not null ? IntType : IntsType);
    }
}

/// <summary>The number formats of ONNX tensors that this package writes.</summary>
internal enum OnnxDataType
{
    Float = 1,
    Uint8 = 2,
    Int8 = 3,
    Int32 = 6,
    Int64 = 7,
    Float16 = 10,
}

/// <summary>A constant.</summary>
internal sealed class TensorProto : IProtobufMessage
{
    private readonly OnnxDataType _type;
    private readonly long[] _shape;
    private readonly SpanAction _copyData;

    /// <summary>A constant whose bytes are not copied before the graph is written.</summary>
    public TensorProto(string name, OnnxDataType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data)
    {
        (Name, _type, _shape, Bytes) = (name, type, shape.ToArray(), data.Length);
        _copyData = destination => data.Span.CopyTo(destination);
    }

    /// <summary>A weight in single precision, which is converted when the graph is written.</summary>
    public TensorProto(string name, WeightTensor weight)
    {
        (Name, _type, _shape, Bytes) = (name, OnnxDataType.Float, weight.Shape.ToArray(), (long)weight.ElementCount * sizeof(float));
        _copyData = destination => weight.CopyTo(MemoryMarshal.Cast<byte, float>(destination));
    }

    public string Name { get; }
    public long Bytes { get; }

    public void Write(ProtobufWriter writer)
    {
        writer.Numbers(1, _shape);
        writer.Number(2, (long)_type);
        writer.Text(8, Name);
        writer.Bytes(9, Bytes, _copyData);
    }
}

/// <summary>An input or output of a graph.</summary>
internal sealed class ValueInfoProto(string name, OnnxDataType type, TensorShapeProto? shape) : IProtobufMessage
{
    public void Write(ProtobufWriter writer)
    {
        writer.Text(1, name);
        writer.Message(2, new TypeProto(new TensorTypeProto(type, shape)));
    }

    private sealed class TypeProto(TensorTypeProto tensor) : IProtobufMessage
    {
        public void Write(ProtobufWriter writer) => writer.Message(1, tensor);
    }

    private sealed class TensorTypeProto(OnnxDataType type, TensorShapeProto? shape) : IProtobufMessage
    {
        public void Write(ProtobufWriter writer)
        {
            writer.Number(1, (long)type);
            writer.Message(2, shape);
        }
    }
}

/// <summary>A shape: of each dimension its size, or the name of a size that is known at run time.</summary>
internal sealed class TensorShapeProto : IProtobufMessage
{
    private readonly List<Dimension> _dimensions = [];

    public TensorShapeProto AddNamed(string name)
    {
        _dimensions.Add(new Dimension(name, 0));
        return this;
    }

    public TensorShapeProto Add(ReadOnlySpan<long> sizes)
    {
        foreach (long size in sizes)
            _dimensions.Add(new Dimension(null, size));

        return this;
    }

    public void Write(ProtobufWriter writer) => writer.Messages(1, _dimensions);

    private sealed class Dimension(string? name, long size) : IProtobufMessage
    {
        public void Write(ProtobufWriter writer)
        {
            if (name is null)
                writer.NumberOrZero(1, size);
            else
                writer.TextOrEmpty(2, name);
        }
    }
}

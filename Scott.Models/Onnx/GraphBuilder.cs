using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>Collects the nodes, weights, inputs and outputs of a graph, and names each value after its place in the model.</summary>
internal sealed class GraphBuilder(OnnxOperatorSet operatorSet, bool isHalf)
{
    /// <summary>ONNX Runtime's own operators.</summary>
    public const string ContributedDomain = "com.microsoft";

    private readonly Stack<string> _path = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public GraphProto Graph { get; } = new() { Name = "scott" };
    public OnnxOperatorSet OperatorSet => operatorSet;

    /// <summary>The type in which the graph computes.</summary>
    public OnnxDataType FloatType => isHalf ? OnnxDataType.Float16 : OnnxDataType.Float;

    /// <summary>Adds this part to the names of new values, until the result is disposed.</summary>
    public IDisposable Within(string part)
    {
        _path.Push(part);
        return new PathEnd(_path);
    }

    /// <summary>Adds a node with one output and returns that output's name.</summary>
    public string Add(string operation, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        AddNode(operation, string.Empty, inputs, 1, attributes)[0];

    /// <summary>Adds a node with several outputs and returns their names.</summary>
    public string[] AddSplit(string operation, IEnumerable<string> inputs, int outputs, params ReadOnlySpan<AttributeProto> attributes) =>
        AddNode(operation, string.Empty, inputs, outputs, attributes);

    /// <summary>Adds a node of ONNX Runtime's own domain.</summary>
    public string AddContributed(string operation, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes) =>
        AddNode(operation, ContributedDomain, inputs, 1, attributes)[0];

    /// <summary>Adds a reduction over one axis. Since opset 18, the axes are an input, not an attribute.</summary>
    public string AddReduction(string operation, string input, long axis, bool keepsAxis)
    {
        AttributeProto keep = Attribute("keepdims", keepsAxis ? 1 : 0);
        return operatorSet == OnnxOperatorSet.Opset23
            ? Add(operation, [input, Constant("axes", axis)], keep)
            : Add(operation, [input], Attribute("axes", [axis]), keep);
    }

    /// <summary>The input in another shape; 0 keeps a dimension, −1 is computed.</summary>
    public string Reshape(string input, params ReadOnlySpan<long> shape) => Add("Reshape", [input, Constant("shape", shape)]);

    /// <summary>The input with its axes in another order.</summary>
    public string Transpose(string input, params ReadOnlySpan<long> axes) => Add("Transpose", [input], Attribute("perm", axes));

    /// <summary>The softmax over the last axis.</summary>
    public string Softmax(string input) => Add("Softmax", [input], Attribute("axis", -1));

    public string Cast(string input, OnnxDataType type) => Add("Cast", [input], Attribute("to", (long)type));

    /// <summary>A constant of whole numbers.</summary>
    public string Constant(string name, params ReadOnlySpan<long> values) =>
        Initializer(name, OnnxDataType.Int64, [values.Length], MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A constant of the graph's floating-point type.</summary>
    public string Constant(string name, ReadOnlySpan<float> values, ReadOnlySpan<long> shape) =>
        Initializer(name, FloatType, shape, isHalf ? HalfPrecision.Narrow(values) : MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A constant of the graph's floating-point type without dimensions.</summary>
    public string Scalar(string name, float value) => Constant(name, [value], []);

    /// <summary>A constant whose bytes are not copied: they must not change until the graph is written.</summary>
    public string Initializer(string name, OnnxDataType type, ReadOnlySpan<long> shape, ReadOnlyMemory<byte> data) =>
        Add(new TensorProto(Unique(name), type, shape, data));

    /// <summary>A weight in single precision. It must not change until the graph is written.</summary>
    public string Initializer(WeightTensor weight) => Add(new TensorProto(Unique(weight.Name), weight));

    public void AddInput(string name, OnnxDataType type, params ReadOnlySpan<long> shape) => Graph.Input.Add(Value(name, type, shape));

    /// <summary>Makes a value an output of the graph with the given name, in single precision.</summary>
    public void AddOutput(string name, string value, params ReadOnlySpan<long> shape)
    {
        NodeProto node = isHalf
            ? new NodeProto { OpType = "Cast", Name = name + "/Cast", Attribute = { Attribute("to", (long)OnnxDataType.Float) } }
            : new NodeProto { OpType = "Identity", Name = name + "/Identity" };
        node.Input.Add(value);
        node.Output.Add(name);
        Graph.Node.Add(node);
        Graph.Output.Add(Value(name, OnnxDataType.Float, shape));
    }

    /// <summary>Makes a copy of a value of any shape an output of the graph.</summary>
    public void AddCopyOutput(string name, string value)
    {
        Graph.Node.Add(new NodeProto { OpType = "Identity", Name = name + "/Identity", Input = { value }, Output = { name } });
        Graph.Output.Add(new ValueInfoProto(name, FloatType, shape: null));
    }

    public static AttributeProto Attribute(string name, long value) => new(name, value);

    public static AttributeProto Attribute(string name, float value) => new(name, value);

    public static AttributeProto Attribute(string name, ReadOnlySpan<long> values) => new(name, values);

    private static ValueInfoProto Value(string name, OnnxDataType type, ReadOnlySpan<long> shape) =>
        new(name, type, new TensorShapeProto().AddNamed("batch").Add(shape));

    private string[] AddNode(string operation, string domain, IEnumerable<string> inputs, int outputs, ReadOnlySpan<AttributeProto> attributes)
    {
        var node = new NodeProto { OpType = operation, Domain = domain, Name = Unique(operation) };
        node.Input.AddRange(inputs);
        for (int i = 0; i < outputs; i++)
            node.Output.Add(outputs == 1 ? node.Name + ".out" : string.Create(CultureInfo.InvariantCulture, $"{node.Name}.out{i}"));

        node.Attribute.AddRange(attributes);
        Graph.Node.Add(node);
        return [.. node.Output];
    }

    private string Add(TensorProto tensor)
    {
        Graph.Initializer.Add(tensor);
        return tensor.Name;
    }

    private string Unique(string name)
    {
        string path = string.Concat(_path.Reverse().Select(part => part + "/")) + name;
        string unique = path;
        for (int i = 1; !_names.Add(unique); i++)
            unique = string.Create(CultureInfo.InvariantCulture, $"{path}_{i}");

        return unique;
    }

    private sealed class PathEnd(Stack<string> path) : IDisposable
    {
        public void Dispose() => path.Pop();
    }
}

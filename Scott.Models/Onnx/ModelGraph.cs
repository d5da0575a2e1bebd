using System.Text.Json.Serialization;

namespace Scott.Models.Onnx;

/// <summary>Emits a backbone, with or without a classifier's head, as an ONNX model, directly from the weights. Their bytes are not copied, so
/// keep the weights until the model is written.</summary>
internal static class ModelGraph
{
    /// <summary>The size limit of a Protocol Buffers message, so also of an ONNX file.</summary>
    private const long MaximumBytes = int.MaxValue;

    /// <summary>The bytes of an ONNX file: the graph of a backbone and, if a classifier is given, of its head.</summary>
    /// <exception cref="ModelTooLargeException">The file would be larger than the format allows.</exception>
    public static byte[] Serialize(ScottModel model, ScottClassifier? classifier, GraphOptions options)
    {
        ModelProto graph = Emit(model, classifier, options);

        if (ProtobufWriter.Count(graph) > Math.Min(MaximumBytes, Array.MaxLength))
            throw new ModelTooLargeException(graph.Graph.Initializer.Sum(initializer => initializer.Bytes), MaximumBytes);

        byte[] bytes = graph.ToByteArray();
        GC.KeepAlive(model);
        return bytes;
    }

    private static ModelProto Emit(ScottModel model, ScottClassifier? classifier, GraphOptions options)
    {
        ScottArchitecture architecture = model.Architecture;
        var builder = new GraphBuilder(options.OperatorSet, options.Precision == OnnxPrecision.Float16);
        var encoder = new WeightEncoder(builder, model.Weights, options.Precision, options.Ranges, options.MeasuresRanges);
        string images = ImageInputEmitter.Emit(builder, model.Preprocessing, options.HasByteInput);
        string map = TokenizerEmitter.Emit(builder, encoder, images, architecture);
        var norm = new NormEmitter(builder, architecture.EmbeddingWidth);
        var transformer = new TransformerEmitter(builder, encoder, norm, architecture);
        EmittedTokens tokens = transformer.Emit(map, options.Blocks, options.Outputs.HasFlag(GraphOutputs.Attention));
        var features = new FeatureEmitter(builder, encoder, norm, transformer, architecture, tokens);
        if (options.Outputs.HasFlag(GraphOutputs.Tokens))
        {
            string output = options.NormalizesTokens ? features.Patches : tokens.Patches;
            builder.AddOutput(GraphNames.Tokens, output, architecture.Patches, architecture.EmbeddingWidth);
        }

        if (options.Outputs.HasFlag(GraphOutputs.Embedding))
        {
            string vector = features.Pool(options.Pooling, options.HasUnitLength);
            builder.AddOutput(GraphNames.Embedding, vector, architecture.VectorWidth(options.Pooling));
        }

        if (tokens.Attention is not null)
            builder.AddOutput(GraphNames.Attention, tokens.Attention, architecture.Heads, architecture.Tokens, architecture.Tokens);

        foreach ((int block, string behind) in tokens.Blocks)
            builder.AddOutput(GraphNames.Block(block), behind, architecture.Patches, architecture.EmbeddingWidth);

        if (classifier is not null && options.Outputs.HasFlag(GraphOutputs.Logits))
            AddClasses(builder, features, classifier, architecture, options);

        return Wrap(builder, Describe(model, classifier));
    }

    private static void AddClasses(
        GraphBuilder builder, FeatureEmitter features, ScottClassifier classifier, ScottArchitecture architecture, GraphOptions options)
    {
        // A head is never quantized: it is small, and its errors directly change the result.
        OnnxPrecision precision = options.Precision == OnnxPrecision.Int8 ? OnnxPrecision.Float32 : options.Precision;
        var encoder = new WeightEncoder(builder, classifier.HeadWeights, precision);
        var head = new ClassifierHeadEmitter(builder, encoder, architecture);
        string logits = classifier.Head == ClassifierHead.Linear
            ? head.EmitLinear(features.Pool(architecture.DefaultPooling, hasUnitLength: false))
            : head.Emit(features.Patches, classifier.Head);
        builder.AddOutput(GraphNames.Logits, logits, classifier.ClassNames.Count);
        if (options.Outputs.HasFlag(GraphOutputs.Probabilities))
        {
            // Computed from the output, in single precision: in half precision the sum would not be 1.
            string probabilities = classifier.IsMultiLabel ? builder.Add("Sigmoid", [GraphNames.Logits]) : builder.Softmax(GraphNames.Logits);
            builder.AddOutput(GraphNames.Probabilities, probabilities, classifier.ClassNames.Count);
        }
    }

    private static (string Key, string? Value)[] Describe(ScottModel model, ScottClassifier? classifier) =>
    [
        ("scott.model_id", model.Metadata.Id),
        ("scott.architecture", model.Architecture.ToJson()),
        ("scott.preprocessing", model.Preprocessing.ToJson()),
        ("scott.license", model.Metadata.License),
        ("scott.class_names", classifier is null ? null : JsonSerializer.Serialize([.. classifier.ClassNames], GraphJsonContext.Default.StringArray)),
        ("scott.label_thresholds", classifier?.Thresholds is not { } thresholds ? null
            : JsonSerializer.Serialize([.. thresholds], GraphJsonContext.Default.SingleArray)),
    ];

    private static ModelProto Wrap(GraphBuilder builder, (string Key, string? Value)[] description)
    {
        bool isNew = builder.OperatorSet == OnnxOperatorSet.Opset23;
        var model = new ModelProto
        {
            IrVersion = isNew ? 11 : 8,
            ProducerName = "Scott.Models",
            ProducerVersion = typeof(ModelGraph).Assembly.GetName().Version?.ToString(3) ?? string.Empty,
            Graph = builder.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto(string.Empty, isNew ? 23 : 17));
        if (builder.Graph.Node.Any(node => node.Domain == GraphBuilder.ContributedDomain))
            model.OpsetImport.Add(new OperatorSetIdProto(GraphBuilder.ContributedDomain, 1));

        foreach ((string key, string? value) in description)
        {
            if (value is not null)
                model.MetadataProps.Add(new StringStringEntryProto(key, value));
        }

        return model;
    }
}

[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(float[]))]
internal sealed partial class GraphJsonContext : JsonSerializerContext;

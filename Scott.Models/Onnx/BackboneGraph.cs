using Google.Protobuf;
using Scott.Models.Configuration;
using Scott.Models.Errors;
using Scott.Models.Onnx.Layers;
using Scott.Models.Onnx.Protobuf;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>Emits a backbone as an ONNX model, straight from its weights. Their bytes are not copied, so keep them until it is written.</summary>
internal static class BackboneGraph
{
    private const string ProducerName = "Scott.Models";

    /// <summary>What one Protocol Buffers message, and so one ONNX file, can hold.</summary>
    private const long MaximumBytes = int.MaxValue;

    /// <summary>More than nodes and names ever take.</summary>
    private const long GraphBytes = 1 << 20;

    public static ModelProto Emit(ModelSnapshot model, GraphOptions options)
    {
        ScottArchitecture architecture = model.Architecture;
        var builder = new GraphBuilder(options.OperatorSet, options.Precision == OnnxPrecision.Float16);
        var encoder = new WeightEncoder(builder, model.Weights, options.Precision);
        var norm = new FeatureNormEmitter(builder, architecture.EmbeddingWidth);
        string images = ImageInputEmitter.Emit(builder, model.Preprocessing, options.HasByteInput);
        string map = architecture.Tokenizer == TokenizerKind.Scott
            ? SparseConvTokenizerEmitter.Emit(builder, encoder, images, architecture.EmbeddingWidth)
            : PatchTokenizerEmitter.Emit(builder, encoder, images, architecture.PatchPixels);
        TransformerValues values = new TransformerEmitter(builder, encoder, norm, architecture)
            .Emit(map, options.Blocks, options.Outputs.HasFlag(GraphOutputs.Attention));
        AddOutputs(builder, norm, values, architecture, options);
        return Wrap(builder, Describe(model));
    }

    /// <summary>The same as the bytes of a file.</summary>
    /// <exception cref="ModelTooLargeException">There would be more than the format allows.</exception>
    public static byte[] Serialize(ModelSnapshot model, GraphOptions options)
    {
        ModelProto graph = Emit(model, options);

        // Counted first: the format's own arithmetic would overflow.
        long weightBytes = graph.Graph.Initializer.Sum(initializer => (long)initializer.RawData.Length);
        if (weightBytes > MaximumBytes - GraphBytes)
        {
            throw new ModelTooLargeException(weightBytes, MaximumBytes);
        }

        byte[] bytes = graph.ToByteArray();
        GC.KeepAlive(model.Weights);
        return bytes;
    }

    private static void AddOutputs(
        GraphBuilder builder, FeatureNormEmitter norm, TransformerValues values, ScottArchitecture architecture, GraphOptions options)
    {
        int width = architecture.EmbeddingWidth;
        bool hasTokens = options.Outputs.HasFlag(GraphOutputs.Tokens);
        bool hasEmbedding = options.Outputs.HasFlag(GraphOutputs.Embedding);
        string? normalized = hasEmbedding || (hasTokens && options.NormalizesTokens) ? norm.Emit(values.Tokens) : null;
        if (hasTokens)
        {
            builder.AddOutput(GraphNames.Tokens, options.NormalizesTokens ? normalized! : values.Tokens, architecture.Patches, width);
        }

        if (hasEmbedding)
        {
            builder.AddOutput(GraphNames.Embedding, EmbeddingEmitter.Emit(builder, normalized!, options.HasUnitLength), width);
        }

        if (values.Attention is not null)
        {
            int tokens = architecture.RegisterTokens + architecture.Patches;
            builder.AddOutput(GraphNames.Attention, values.Attention, architecture.Heads, tokens, tokens);
        }

        foreach ((int block, string tokens) in values.Blocks)
        {
            builder.AddOutput(GraphNames.Block(block), tokens, architecture.Patches, width);
        }
    }

    private static Dictionary<string, string?> Describe(ModelSnapshot model) => new()
    {
        [GraphNames.ModelIdKey] = model.Metadata.Id,
        [GraphNames.ArchitectureKey] = model.Architecture.ToJson(),
        [GraphNames.PreprocessingKey] = model.Preprocessing.ToJson(),
        [GraphNames.LicenseKey] = model.Metadata.License,
    };

    private static ModelProto Wrap(GraphBuilder builder, Dictionary<string, string?> description)
    {
        bool isNew = builder.OperatorSet == OnnxOperatorSet.Opset23;
        var model = new ModelProto
        {
            IrVersion = isNew ? 11 : 8,
            ProducerName = ProducerName,
            ProducerVersion = typeof(BackboneGraph).Assembly.GetName().Version?.ToString(3) ?? string.Empty,
            Graph = builder.Graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = string.Empty, Version = isNew ? 23 : 17 });
        if (builder.UsesContributed)
        {
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        }

        foreach ((string key, string? value) in description)
        {
            if (value is not null)
            {
                model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        return model;
    }
}

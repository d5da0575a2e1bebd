using System.Text.Json;
using System.Text.Json.Serialization;
using Google.Protobuf;
using Scott.Models.Configuration;
using Scott.Models.Errors;
using Scott.Models.Onnx.Layers;
using Scott.Models.Onnx.Protobuf;
using Scott.Models.Weights;

namespace Scott.Models.Onnx;

/// <summary>
/// Emits a backbone, with a classifier's head or without, as an ONNX model, straight from the weights. Their bytes are not copied, so keep them until
/// it is written.
/// </summary>
internal static class ModelGraph
{
    private const string ProducerName = "Scott.Models";

    /// <summary>What one Protocol Buffers message, and so one ONNX file, can hold.</summary>
    private const long MaximumBytes = int.MaxValue;

    /// <summary>More than nodes and names ever take.</summary>
    private const long GraphBytes = 1 << 20;

    public static ModelProto Emit(GraphSubject subject, GraphOptions options)
    {
        ModelSnapshot model = subject.Model;
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
        string? tokens = NeedsNormalized(options) ? norm.Emit(values.Tokens) : null;
        AddOutputs(builder, tokens, values, architecture, options);
        if (subject.Head is { } head && options.Outputs.HasFlag(GraphOutputs.Logits))
        {
            AddClasses(builder, tokens!, head, architecture, options);
        }

        return Wrap(builder, Describe(subject));
    }

    /// <summary>The same as the bytes of a file.</summary>
    /// <exception cref="ModelTooLargeException">There would be more than the format allows.</exception>
    public static byte[] Serialize(GraphSubject subject, GraphOptions options)
    {
        ModelProto graph = Emit(subject, options);

        // Counted first: the format's own arithmetic would overflow.
        long weightBytes = graph.Graph.Initializer.Sum(initializer => (long)initializer.RawData.Length);
        if (weightBytes > MaximumBytes - GraphBytes)
        {
            throw new ModelTooLargeException(weightBytes, MaximumBytes);
        }

        byte[] bytes = graph.ToByteArray();
        GC.KeepAlive(subject);
        return bytes;
    }

    private static bool NeedsNormalized(GraphOptions options) =>
        (options.Outputs & (GraphOutputs.Embedding | GraphOutputs.Logits)) != 0 || (options.Outputs.HasFlag(GraphOutputs.Tokens) && options.NormalizesTokens);

    private static void AddOutputs(
        GraphBuilder builder, string? normalized, TransformerValues values, ScottArchitecture architecture, GraphOptions options)
    {
        int width = architecture.EmbeddingWidth;
        if (options.Outputs.HasFlag(GraphOutputs.Tokens))
        {
            builder.AddOutput(GraphNames.Tokens, options.NormalizesTokens ? normalized! : values.Tokens, architecture.Patches, width);
        }

        if (options.Outputs.HasFlag(GraphOutputs.Embedding))
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

    private static void AddClasses(GraphBuilder builder, string tokens, HeadSnapshot head, ScottArchitecture architecture, GraphOptions options)
    {
        // A head is small, and its errors go straight into the result: it is never quantised.
        OnnxPrecision precision = options.Precision == OnnxPrecision.Int8 ? OnnxPrecision.Float32 : options.Precision;
        string logits = ClassifierHeadEmitter.Emit(builder, new WeightEncoder(builder, head.Weights, precision), tokens, head.Kind, architecture);
        builder.AddOutput(GraphNames.Logits, logits, head.ClassNames.Count);
        if (options.Outputs.HasFlag(GraphOutputs.Probabilities))
        {
            // Of the output, which is in single precision: halves would not sum to 1.
            builder.AddOutput(
                GraphNames.Probabilities, builder.Add("Softmax", [GraphNames.Logits], GraphBuilder.Attribute("axis", -1)), head.ClassNames.Count);
        }
    }

    private static Dictionary<string, string?> Describe(GraphSubject subject) => new()
    {
        [GraphNames.ModelIdKey] = subject.Model.Metadata.Id,
        [GraphNames.ArchitectureKey] = subject.Model.Architecture.ToJson(),
        [GraphNames.PreprocessingKey] = subject.Model.Preprocessing.ToJson(),
        [GraphNames.LicenseKey] = subject.Model.Metadata.License,
        [GraphNames.ClassNamesKey] = subject.Head is { } head ? JsonSerializer.Serialize([.. head.ClassNames], GraphJsonContext.Default.StringArray) : null,
    };

    private static ModelProto Wrap(GraphBuilder builder, Dictionary<string, string?> description)
    {
        bool isNew = builder.OperatorSet == OnnxOperatorSet.Opset23;
        var model = new ModelProto
        {
            IrVersion = isNew ? 11 : 8,
            ProducerName = ProducerName,
            ProducerVersion = typeof(ModelGraph).Assembly.GetName().Version?.ToString(3) ?? string.Empty,
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

/// <summary>How what describes a graph is written as JSON.</summary>
[JsonSerializable(typeof(string[]))]
internal sealed partial class GraphJsonContext : JsonSerializerContext;

using System.Text.Json;
using Scott.Models.Common;
using Scott.Models.Errors;

namespace Scott.Models.Zoo;

/// <summary>Reads a manifest from JSON. Nothing that is not checked here reaches a path or an address.</summary>
internal static class ManifestReader
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static WeightsManifest Read(ReadOnlyMemory<byte> utf8, string source)
    {
        if (GitLfsPointer.Begins(utf8.Span))
        {
            throw new ManifestException(source, [new ManifestFault(string.Empty, GitLfsPointer.Explanation)]);
        }

        List<ManifestFault> faults = [];
        using JsonDocument document = Parse(utf8, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            throw new ManifestException(source, [new ManifestFault(string.Empty, $"it is a JSON {document.RootElement.ValueKind}; expected an object.")]);
        }

        var root = new ManifestNode(document.RootElement, string.Empty, faults);
        long version = root.Count("schemaVersion");
        if (faults.Count == 0 && version != WeightsManifest.CurrentSchemaVersion)
        {
            root.Fault("schemaVersion", $"is {version}; this package reads {WeightsManifest.CurrentSchemaVersion}. Update Scott.Models.");
            throw new ManifestException(source, faults);
        }

        if (!root.Has("models"))
        {
            root.Fault("models", "is missing; expected an array.");
        }

        List<ManifestModel> models = ReadModels(root);
        return faults.Count == 0 ? new WeightsManifest(models) : throw new ManifestException(source, faults);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        try
        {
            return JsonDocument.Parse(utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8, Options);
        }
        catch (JsonException exception)
        {
            throw new ManifestException(source, [new ManifestFault(string.Empty, $"it is not JSON: {exception.Message}")], exception);
        }
    }

    private static List<ManifestModel> ReadModels(ManifestNode root)
    {
        List<ManifestModel> models = [];
        var places = new Dictionary<(string Id, string Revision), string>();
        foreach (ManifestNode node in root.Objects("models"))
        {
            ManifestModel? model = ManifestModelReader.Read(node);
            if (model is null)
            {
                continue;
            }

            string place = node.PathOf("revision");
            if (!places.TryAdd((model.Id, model.Revision), place))
            {
                node.Fault("revision", $"is '{model.Revision}', which {places[(model.Id, model.Revision)]} of the same id is too; expected another.");
            }

            models.Add(model);
        }

        return models;
    }
}

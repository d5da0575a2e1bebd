namespace Scott.Models.Zoo;

/// <summary>Reads a manifest from JSON. Checks everything, so that no unchecked value becomes a path or an address.</summary>
internal static class ManifestReader
{
    /// <summary>The largest manifest that is read.</summary>
    public const int MaximumBytes = 16 << 20;
    /// <summary>The most names, values and brackets of a manifest. A model with its metrics has about 200.</summary>
    public const int MaximumTokens = 1_000_000;

    private const int MaximumDepth = 32;

    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = MaximumDepth };

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static WeightsManifest Read(ReadOnlyMemory<byte> utf8, string source)
    {
        if (GitLfsPointer.Begins(utf8.Span))
            throw Refused(source, GitLfsPointer.Explanation);

        var faults = new CappedList<ManifestFault>();
        using JsonDocument document = Parse(utf8, source);
        if (document.RootElement.ValueKind != JsonValueKind.Object)
            throw Refused(source, $"it is a JSON {document.RootElement.ValueKind}; expected an object.");

        var root = new ManifestNode(document.RootElement, string.Empty, faults);
        long version = root.Count("schemaVersion");
        if (faults.Count == 0 && version != WeightsManifest.CurrentSchemaVersion)
        {
            root.Fault("schemaVersion", $"is {version}; this package reads {WeightsManifest.CurrentSchemaVersion}. Update Scott.Models.");
            throw Faulty();
        }

        root.Require("models", "an array");
        List<ManifestModel> models = ReadModels(root);
        return faults.Count == 0 ? new WeightsManifest(models) : throw Faulty();

        ManifestException Faulty() => new(source, faults.Items, faultCount: faults.Count);
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> utf8, string source)
    {
        try
        {
            ReadOnlyMemory<byte> json = utf8.Span.StartsWith(ByteOrderMark) ? utf8[ByteOrderMark.Length..] : utf8;
            RequireSize(json.Span, source);
            return JsonDocument.Parse(json, Options);
        }
        catch (JsonException exception)
        {
            throw Refused(source, $"it is not JSON: {Quoted.Value(exception.Message, Quoted.LongestFault)}", exception);
        }
    }

    /// <summary>Checks bytes and tokens first, because a parsed document takes many times the memory of its text.</summary>
    private static void RequireSize(ReadOnlySpan<byte> json, string source)
    {
        if (json.Length > MaximumBytes)
            throw Refused(source, FormattableString.Invariant($"it has {Plural.Of(json.Length, "byte")}; expected at most {MaximumBytes}."));

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaximumDepth });
        for (int tokens = 0; reader.Read(); tokens++)
        {
            if (tokens == MaximumTokens)
                throw Refused(source, FormattableString.Invariant($"it has more than {MaximumTokens} names and values, which no manifest needs."));
        }
    }

    private static ManifestException Refused(string source, string reason, Exception? inner = null) =>
        new(source, [new ManifestFault(string.Empty, reason)], inner);

    private static List<ManifestModel> ReadModels(ManifestNode root)
    {
        List<ManifestModel> models = [];
        var places = new Dictionary<(string Id, string Revision), string>();
        foreach (ManifestNode node in root.Objects("models"))
        {
            ManifestModel? model = ManifestModelReader.Read(node);
            if (model is null)
                continue;

            string place = node.PathOf("revision");
            if (!places.TryAdd((model.Id, model.Revision), place))
            {
                string other = places[(model.Id, model.Revision)];
                node.Fault("revision", $"is '{Quoted.Value(model.Revision)}', which {other} with the same id has too; expected another.");
            }

            models.Add(model);
        }

        return models;
    }
}

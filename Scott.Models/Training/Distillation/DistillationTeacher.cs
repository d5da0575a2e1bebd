namespace Scott.Models.Training;

/// <summary>
/// The model that a student learns from: another <see cref="ScottModel"/>, or any network in an ONNX file. ONNX Runtime computes its features.
/// Immutable; a run opens and closes it.
/// </summary>
public sealed class DistillationTeacher
{
    private readonly Func<ITeacherEngine> _open;

    private DistillationTeacher(string name, PreprocessingSpec preprocessing, Func<ITeacherEngine> open, Func<string> identify) =>
        (Name, Preprocessing, _open, Identify) = (name, preprocessing, open, identify);

    /// <summary>The teacher's name, for reports and for the metadata of the result.</summary>
    public string Name { get; }

    /// <summary>What happens to an image before the teacher sees it.</summary>
    public PreprocessingSpec Preprocessing { get; }

    /// <summary>What decides the teacher's features, as text: two teachers with the same text give the same features.</summary>
    internal Func<string> Identify { get; }

    /// <summary>Another model as the teacher.</summary>
    /// <param name="model">The model, of any family and size.</param>
    /// <param name="pooling">Which vector the student learns; <see langword="null"/> for the model's own choice.</param>
    /// <exception cref="ScottConfigurationException">The model has no class token, and the pooling asks for one.</exception>
    public static DistillationTeacher FromModel(ScottModel model, EmbeddingPooling? pooling = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var faults = new FaultList(nameof(DistillationTeacher));
        faults.RequirePooling(pooling, model.Architecture);
        faults.ThrowIfAny();
        EmbeddingPooling used = pooling ?? model.Architecture.DefaultPooling;
        return new DistillationTeacher(
            model.Metadata.Id, model.Preprocessing, () => new ModelTeacherEngine(model, used),
            () => $"{model.Architecture.ToJson()} {model.Preprocessing.ToJson()} {used} {model.Weights.Checksum()}");
    }

    /// <summary>The network in an ONNX file as the teacher.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">What the network takes and gives.</param>
    /// <exception cref="ScottConfigurationException">The options are not legal.</exception>
    public static DistillationTeacher FromOnnx(string path, OnnxTeacherOptions options) => FromOnnx([path], options);

    /// <summary>Networks in several ONNX files that run one after the other: the first output of each is the input of the next.</summary>
    /// <param name="paths">The files, for example of a network's own preprocessing and of the network.</param>
    /// <param name="options">What the first network takes and the last one gives.</param>
    /// <exception cref="ArgumentException">There is no file, or one is null.</exception>
    /// <exception cref="ScottConfigurationException">The options are not legal.</exception>
    public static DistillationTeacher FromOnnx(IReadOnlyList<string> paths, OnnxTeacherOptions options)
    {
        string[] files = Items.NotNull(paths, "a path");
        ArgumentNullException.ThrowIfNull(options);
        if (files.Length == 0)
            throw new ArgumentException("There is no file; expected at least one.", nameof(paths));

        options.Validate();
        return new DistillationTeacher(
            Path.GetFileNameWithoutExtension(files[^1]), options.Preprocessing, () => new OnnxTeacherEngine(files, options),
            () => $"{string.Join(' ', files.Select(Checksum))} {options.ToJson()}");
    }

    internal ITeacherEngine Open() => _open();

    private static string Checksum(string path)
    {
        PlainFile.RequireReadable(path);
        using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

/// <summary>What the network in an ONNX file takes and gives. Immutable; equal by value.</summary>
/// <remarks>The input is one image of floats, [1, C, H, W] or [1, H, W, C]. <see cref="Preprocessing"/> gives the number C of channels, which the
/// student must have too.</remarks>
public sealed record OnnxTeacherOptions
{
    /// <summary>What happens to an image before the network sees it. A network that takes 0 to 255 has the mean 0 and the deviation 1/255.</summary>
    /// <value>Default: <see cref="PreprocessingSpec.ForImage"/> of 224.</value>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.ForImage(224);

    /// <summary>Whether the three channels are blue, green, red instead of red, green, blue.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsBgr { get; init; }

    /// <summary>Whether the input is [1, H, W, C] instead of [1, C, H, W].</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsChannelsLast { get; init; }

    /// <summary>The output that is the image's vector: all its numbers.</summary>
    /// <value>Default: <see langword="null"/>, the first one.</value>
    public string? OutputName { get; init; }

    /// <summary>The output that has a token for each patch, [1, T, D], if the student is to learn tokens.</summary>
    /// <value>Default: <see langword="null"/>, none.</value>
    public string? TokensOutputName { get; init; }

    /// <summary>The rows of the grid of tokens; the last rows times columns tokens are the patches, row-major.</summary>
    /// <value>0 to 1024; default: 0, no tokens.</value>
    public int TokenRows { get; init; }

    /// <summary>The columns of the grid of tokens.</summary>
    /// <value>0 to 1024; default: 0, no tokens.</value>
    public int TokenColumns { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ScottConfigurationException">At least one setting is not legal; the error lists all that are not.</exception>
    public void Validate()
    {
        const int LongestSide = 1024;
        var faults = new FaultList(nameof(OnnxTeacherOptions));
        faults.RequireRange(nameof(TokenRows), TokenRows, 0, LongestSide);
        faults.RequireRange(nameof(TokenColumns), TokenColumns, 0, LongestSide);
        faults.Require(
            TokensOutputName is null == (TokenRows * TokenColumns == 0),
            "TokensOutputName, TokenRows and TokenColumns go together; give all or none.");
        faults.Require(
            !IsBgr || Preprocessing.ChannelCount == ScottArchitecture.RgbChannels,
            $"IsBgr is for red, green and blue, and Preprocessing has {Plural.Of(Preprocessing.ChannelCount, "channel")}; leave it out.");
        faults.Require(OutputName is null or { Length: > 0 }, "OutputName is empty; expected a name, or null for the first output.");
        faults.ThrowIfAny();
        Preprocessing.Validate();
    }

    /// <summary>These options as JSON, camel case.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, TrainingJsonContext.Default.OnnxTeacherOptions);

    /// <summary>Reads and validates what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">A JSON object.</param>
    /// <exception cref="ScottConfigurationException">The text is not such JSON, or a setting is not legal.</exception>
    public static OnnxTeacherOptions FromJson(string json) => ConfigurationJson.Read(
        json, nameof(OnnxTeacherOptions), TrainingJsonContext.Default.OnnxTeacherOptions, options => options.Validate());
}

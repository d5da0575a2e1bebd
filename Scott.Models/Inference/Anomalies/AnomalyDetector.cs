using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Onnx;

namespace Scott.Models.Inference;

/// <summary>Says how far images deviate from normal images, and where. Made by <c>ScottModel.LearnAnomaliesAsync()</c>. Thread-safe.</summary>
/// <remarks>
/// PatchCore (Roth et al., "Towards total recall in industrial anomaly detection", 2022, arXiv 2106.08265): it keeps patches of normal images, and
/// the score of a new patch is the distance to the nearest kept one. Dispose it when you no longer need it. Runs in progress can finish.
/// </remarks>
public sealed class AnomalyDetector : IDisposable
{
    private readonly AnomalyExtractor _extractor;
    private readonly AnomalyKnowledge _knowledge;

    private AnomalyDetector(AnomalyExtractor extractor, AnomalyKnowledge knowledge) => (_extractor, _knowledge) = (extractor, knowledge);

    /// <summary>The options that the detector learned with.</summary>
    public AnomalyOptions Options => _extractor.Options;

    /// <summary>What makes the vectors of patches.</summary>
    public VectorFingerprint Fingerprint => _extractor.Fingerprint;

    /// <summary>The score above which an image is anomalous.</summary>
    public float Threshold => _knowledge.Threshold.Score;

    /// <summary>The share of new normal images that are called anomalous, at most, if they are like those learned: at most
    /// <see cref="AnomalyOptions.FalseAlarmRate"/>, or more if the images were too few for it.</summary>
    public double FalseAlarmRate => _knowledge.Threshold.FalseAlarmRate;

    /// <summary>How many normal images were learned.</summary>
    public int NormalImages => _knowledge.Images;

    /// <summary>The images that could not be read while learning, and were left out; none in a loaded detector.</summary>
    public IReadOnlyList<UnreadableImage> UnreadableImages { get; private init; } = [];

    /// <summary>How many patches are kept: <see cref="AnomalyOptions.BankPatches"/>, or fewer if there are no more that differ.</summary>
    public int BankPatches => _knowledge.Bank.Count;

    /// <summary>The engine as text for people, for example <c>ONNX Runtime 1.32.0, Cpu</c>.</summary>
    public string EngineDescription => _extractor.Features.EngineDescription;

    /// <inheritdoc cref="FeatureExtractor.ExecutionProvider"/>
    public ExecutionProvider? ExecutionProvider => _extractor.Features.ExecutionProvider;

    /// <summary>Scores one image.</summary>
    /// <param name="image">The image; a string is the path of a file.</param>
    /// <param name="cancellationToken">Cancels before the network runs.</param>
    /// <inheritdoc cref="FeatureExtractor.EmbedAsync" path="/exception"/>
    public async Task<AnomalyResult> ScoreAsync(ImageSource image, CancellationToken cancellationToken = default) =>
        Score(await _extractor.Features.ExtractAsync(image, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="FeatureExtractor.EmbedFilesAsync"/>
    public IAsyncEnumerable<AnomalyResult> ScoreFilesAsync(
        IEnumerable<string> paths, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _extractor.Features.EmbedFilesAsync(paths, progress, cancellationToken).Select(Score);

    /// <inheritdoc cref="FeatureExtractor.EmbedBatchAsync"/>
    public IAsyncEnumerable<AnomalyResult> ScoreBatchAsync(
        IEnumerable<ImageSource> images, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        _extractor.Features.EmbedBatchAsync(images, progress, cancellationToken).Select(Score);

    /// <summary>Writes the detector as one file, atomically. The file names its model by fingerprint, and does not hold it.</summary>
    /// <param name="path">The file. Replaced if it exists.</param>
    /// <param name="cancellationToken">Checked before each tensor; the old file then stays.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return AnomalyFile.WriteAsync(path, _knowledge, _extractor, cancellationToken);
    }

    /// <summary>Reads what <see cref="SaveAsync"/> wrote, and loads the engine.</summary>
    /// <param name="path">The file.</param>
    /// <param name="model">The model that the detector learned with.</param>
    /// <param name="extraction">How the model computes; ONNX Runtime on the CPU if <see langword="null"/>. Turn
    /// <see cref="FeatureExtractionOptions.CheckFingerprint"/> off to use another model whose vectors are as long.</param>
    /// <param name="cancellationToken">Checked before each tensor.</param>
    /// <exception cref="SafetensorsException">The file is not valid safetensors.</exception>
    /// <exception cref="VectorFileException">The file holds something else, or is damaged.</exception>
    /// <exception cref="FingerprintMismatchException">Another model, preprocessing or precision made the vectors.</exception>
    /// <exception cref="ScottConfigurationException">The options in <paramref name="extraction"/> are not legal for this model.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static async Task<AnomalyDetector> LoadAsync(
        string path, ScottModel model, FeatureExtractionOptions? extraction = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(model);
        (AnomalyOptions options, AnomalyKnowledge knowledge) =
            await AnomalyFile.ReadAsync(path, model, extraction ?? new FeatureExtractionOptions(), cancellationToken).ConfigureAwait(false);
        return new AnomalyDetector(new AnomalyExtractor(model, options), knowledge);
    }

    /// <summary>Prevents new runs, and frees the engine when the last run in progress ends.</summary>
    public void Dispose() => _extractor.Dispose();

    internal static async Task<AnomalyDetector> LearnAsync(
        ScottModel model, IReadOnlyList<ImageSource> images, AnomalyOptions options, IProgress<AnomalyProgress>? progress,
        CancellationToken cancellationToken)
    {
        var extractor = new AnomalyExtractor(model, options);
        try
        {
            options.RequireSavable(model.Architecture);
            var trainer = new AnomalyTrainer(extractor.Patches, options, progress, cancellationToken);
            AnomalyKnowledge knowledge = await trainer.LearnAsync(extractor.Features, images).ConfigureAwait(false);
            return new AnomalyDetector(extractor, knowledge) { UnreadableImages = trainer.Unreadable };
        }
        catch
        {
            extractor.Dispose();
            throw;
        }
    }

    private AnomalyResult Score(ImageEmbedding image) => new(
        image, image.IsSuccess ? _knowledge.Score(_extractor.Patches.Of(image)) : null, _extractor.Grid, _knowledge, Options.ImagePixels);
}

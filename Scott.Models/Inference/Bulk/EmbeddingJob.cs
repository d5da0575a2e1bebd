namespace Scott.Models.Inference;

/// <summary>Embeds many images into a folder of Parquet files that is complete and exact once, however often the work is interrupted, and on
/// however many machines it runs.</summary>
/// <remarks>
/// <para>The plan cuts the inputs into numbered shards. It depends on the inputs, the extractor's fingerprint and the shard size alone, and is
/// written once: <c>_manifest.json</c> and the list of inputs, <c>_inputs.txt</c>. A shard is computed into a temporary file, sealed with its SHA-256
/// and published by one rename, as <c>part-00000.parquet</c>. A shard whose file is there and sound is skipped; one that is damaged or of another
/// plan is computed again. When all are sound, <c>_SUCCESS</c> is written.</para>
/// <para>Columns: <c>key</c> (a path or another key of the store; for an image of a tar archive the archive's key, a slash, and the entry's name),
/// <c>embedding</c> (a list of <see cref="FeatureExtractor.EmbeddingWidth"/> floats; null if there is an error), <c>error</c> (why there is no
/// vector; null if there is one) and <c>content_sha256</c> (of the encoded bytes, in hexadecimal; null if they could not be read). The file's
/// metadata has the <see cref="VectorFingerprint"/> as <c>scott.fingerprint</c>.</para>
/// <para>The folder is the same, byte for byte, for any number of interruptions, machines and threads, if inputs and their bytes stay the same and
/// the machines compute alike: the same version of this package and ONNX Runtime on the same kind of processor. With a GPU or TorchSharp the batch
/// size must be the same too.</para>
/// <para><see cref="EmbeddingJobIndex"/> searches the vectors of a finished job, and reads its rows.</para>
/// <para>Thread-safe. Two processes may work on the same shard: both write the same bytes, and only time is lost. The extractor is the caller's to
/// dispose of. It makes no other output than the vector.</para>
/// </remarks>
public sealed class EmbeddingJob
{
    /// <summary>The name of the file that says that all shards are there and sound.</summary>
    public const string SuccessFileName = "_SUCCESS";

    /// <summary>The name of the file that holds the plan.</summary>
    public const string ManifestFileName = JobManifest.FileName;

    private readonly JobManifest _manifest;
    private readonly FeatureExtractor _extractor;
    private readonly IImageStore _store;

    private EmbeddingJob(string folder, JobManifest manifest, FeatureExtractor extractor, IImageStore store) =>
        (Folder, _manifest, _extractor, _store) = (folder, manifest, extractor, store);

    /// <summary>The output folder.</summary>
    public string Folder { get; }

    /// <summary>The number of shards.</summary>
    public int Shards => _manifest.Shards.Length;

    /// <summary>The number of images that the inputs name, without those in tar archives.</summary>
    public long ListedImages => _manifest.Images;

    /// <summary>The number of tar archives. Each is a shard.</summary>
    public long Archives => _manifest.Archives;

    /// <summary>What makes the vectors of this job.</summary>
    public VectorFingerprint Fingerprint => _manifest.Fingerprint;

    /// <summary>Plans a job in a folder, or opens the job that is there if it has the same plan.</summary>
    /// <param name="folder">The output folder. It is made if it does not exist.</param>
    /// <param name="extractor">What computes the vectors.</param>
    /// <param name="inputs">The images and tar archives. They are listed, not opened.</param>
    /// <param name="options">The shard size; <see langword="null"/> for the defaults.</param>
    /// <param name="cancellationToken">Cancels listing the inputs.</param>
    /// <exception cref="FingerprintMismatchException">The job there has vectors of another model, preprocessing, output or precision.</exception>
    /// <exception cref="EmbeddingJobException">The job there has other inputs or another shard size; there are no inputs; a file of the job is
    /// damaged, or cannot be read or written.</exception>
    /// <exception cref="ScottConfigurationException">An option is not legal.</exception>
    public static async Task<EmbeddingJob> PlanAsync(
        string folder, FeatureExtractor extractor, EmbeddingJobInputs inputs, EmbeddingJobOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(extractor);
        ArgumentNullException.ThrowIfNull(inputs);
        options ??= new EmbeddingJobOptions();
        options.Validate();
        var planner = new JobPlanner(folder, inputs, extractor.Fingerprint, options.ShardSize);
        JobManifest manifest = await planner.PlanAsync(cancellationToken).ConfigureAwait(false);
        return new EmbeddingJob(folder, manifest, extractor, inputs.Store);
    }

    /// <summary>Opens the job that is in a folder, with the inputs that it was planned with. Nothing is listed.</summary>
    /// <param name="folder">The output folder.</param>
    /// <param name="extractor">What computes the vectors.</param>
    /// <param name="store">The store of the inputs; <see langword="null"/> for files, whose paths start at the working folder, and
    /// addresses, as <see cref="EmbeddingJobInputs.FromFiles"/> takes them.</param>
    /// <param name="cancellationToken">Cancels reading the plan.</param>
    /// <exception cref="FingerprintMismatchException">The job has vectors of another model, preprocessing, output or precision.</exception>
    /// <exception cref="EmbeddingJobException">There is no job, or a file of it is damaged or cannot be read.</exception>
    public static async Task<EmbeddingJob> OpenAsync(
        string folder, FeatureExtractor extractor, IImageStore? store = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(extractor);
        JobManifest manifest = await JobPlanner.ReadAsync(folder, extractor.Fingerprint, cancellationToken).ConfigureAwait(false)
            ?? throw new EmbeddingJobException(EmbeddingJobFault.NoPlan, folder, "holds no job. Plan one with its inputs.");
        return new EmbeddingJob(folder, manifest, extractor, store ?? new PathImageStore());
    }

    /// <summary>The file of a shard. It need not exist.</summary>
    /// <param name="number">The shard, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    public string PathOf(int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Shards);
        return JobPlanner.PartPath(Folder, number);
    }

    /// <summary>Computes one shard, unless its file is there and sound. Memory does not grow with the shard.</summary>
    /// <remarks>An image that cannot be read becomes a row with its error. Such a shard is sound: delete its file to try again.</remarks>
    /// <param name="number">The shard, from 0.</param>
    /// <param name="progress">Called after each image. The total is not known for a tar archive.</param>
    /// <param name="cancellationToken">Cancels between images. Nothing is left then of an unfinished shard.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such shard.</exception>
    /// <exception cref="EmbeddingJobException">Its tar archive is damaged, the list of inputs is, or its file cannot be read or written.</exception>
    /// <exception cref="ObjectDisposedException">The extractor is disposed.</exception>
    public async Task<EmbeddingShard> RunShardAsync(
        int number, IProgress<InferenceProgress>? progress = null, CancellationToken cancellationToken = default) =>
        await CheckAsync(number, cancellationToken).ConfigureAwait(false) is { } sound
            ? Describe(sound, isComputed: false)
            : Describe(await ComputeAsync(number, progress, cancellationToken).ConfigureAwait(false), isComputed: true);

    /// <summary>Computes all shards that are missing or not sound, in order, and then writes <c>_SUCCESS</c>.</summary>
    /// <remarks>Reads every byte of the shards that are there first.</remarks>
    /// <param name="progress">Called after each shard that is there and sound, each image, and each shard that is computed.</param>
    /// <param name="cancellationToken">Cancels between images. Finished shards are kept.</param>
    /// <exception cref="EmbeddingJobException">A file cannot be read or written, the folder holds shards that the plan does not have, or tar archives
    /// are damaged. Damaged archives end the run after all other shards are done.</exception>
    /// <exception cref="ObjectDisposedException">The extractor is disposed.</exception>
    public Task<EmbeddingJobResult> RunAsync(IProgress<EmbeddingJobProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new JobRun(this, progress).RunAsync(cancellationToken);

    /// <summary>Checks all shards, without computing any, and writes <c>_SUCCESS</c> if all are there and sound. For work that is spread over
    /// machines by <see cref="RunShardAsync"/>.</summary>
    /// <remarks>Reads every byte of the shards. Removes <c>_SUCCESS</c> if one of them is not sound.</remarks>
    /// <param name="progress">Called after each shard.</param>
    /// <param name="cancellationToken">Cancels between pieces of files.</param>
    /// <returns>The shards that are missing or not sound, in order; none if the job is finished.</returns>
    /// <exception cref="EmbeddingJobException">The folder holds shards that the plan does not have, or a file cannot be read or written.</exception>
    public Task<IReadOnlyList<int>> FinishAsync(
        IProgress<EmbeddingJobProgress>? progress = null, CancellationToken cancellationToken = default) =>
        new JobRun(this, progress).FinishAsync(cancellationToken);

    internal string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>What <c>_SUCCESS</c> holds, before any shard is counted.</summary>
    internal JobTotals NoTotals => new(_manifest.Sha256, Shards, 0, 0, 0);

    /// <summary>The seal of a shard whose file is there and sound.</summary>
    internal Task<ShardSeal?> CheckAsync(int number, CancellationToken cancellationToken) =>
        ShardSeal.CheckAsync(PathOf(number), _manifest.Sha256, number, cancellationToken);

    /// <summary>Computes a shard that is missing. The job is not complete until that is done.</summary>
    internal async Task<ShardSeal> ComputeAsync(int number, IProgress<InferenceProgress>? progress, CancellationToken cancellationToken)
    {
        JobPlanner.Delete(PathOf(SuccessFileName));
        return await new ShardRun(this, _manifest, _extractor, _store, number).RunAsync(progress, cancellationToken).ConfigureAwait(false);
    }

    private EmbeddingShard Describe(ShardSeal seal, bool isComputed) =>
        new(seal.Shard, PathOf(seal.Shard), seal.Images, seal.Failed, seal.Ignored, isComputed);
}

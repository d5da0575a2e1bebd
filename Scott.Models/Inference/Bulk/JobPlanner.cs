namespace Scott.Models.Inference;

/// <summary>Makes the plan of a job, or checks that the plan in the folder is the same.</summary>
internal sealed class JobPlanner(string folder, EmbeddingJobInputs inputs, VectorFingerprint fingerprint, int shardSize)
{
    private const string PartName = "part-";
    private const string PartExtension = ".parquet";

    public async Task<JobManifest> PlanAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(folder, fingerprint, cancellationToken).ConfigureAwait(false) is not { } found)
            return await WriteAsync(cancellationToken).ConfigureAwait(false);

        // The model's id is for people: equal vectors with another id are the same job.
        var list = new JobInputList(inputs, found.Fingerprint, shardSize);
        JobManifest given = await list.WriteAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
        return given.Sha256 == found.Sha256 ? found : throw OtherPlan(found, given);
    }

    /// <summary>The plan of the job in a folder; <see langword="null"/> if there is none.</summary>
    /// <exception cref="FingerprintMismatchException">Its vectors are not those of this fingerprint.</exception>
    public static async Task<JobManifest?> ReadAsync(string folder, VectorFingerprint fingerprint, CancellationToken cancellationToken)
    {
        string path = Path.Combine(folder, JobManifest.FileName);
        if (!JobManifest.IsThere(path))
            return null;

        JobManifest found = await JobManifest.ReadAsync(path, cancellationToken).ConfigureAwait(false);

        // A folder must not mix vectors, even where the app turned the check off.
        (found.Fingerprint with { IsChecked = true }).RequireMatch(fingerprint with { IsChecked = true });
        return found;
    }

    /// <summary>The file of a shard.</summary>
    public static string PartPath(string folder, int number) =>
        Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{PartName}{number:D5}{PartExtension}"));

    /// <summary>Readers take every part file of the folder, so there must be none that the plan does not have.</summary>
    /// <exception cref="EmbeddingJobException">There is one, or the folder cannot be read.</exception>
    public static void RequireOwnShards(string folder, int shards)
    {
        try
        {
            HashSet<string> own = [.. Enumerable.Range(0, shards).Select(number => Path.GetFileName(PartPath(folder, number)))];
            string? foreign = Directory.EnumerateFiles(folder, PartName + "*" + PartExtension)
                .FirstOrDefault(path => !own.Contains(Path.GetFileName(path)));
            if (foreign is not null)
            {
                throw new EmbeddingJobException(
                    EmbeddingJobFault.ForeignShard, foreign,
                    $"is none of the {Plural.Of(shards, "shard")} of the job in this folder. Move it away, and run again.");
            }
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw new EmbeddingJobException(EmbeddingJobFault.NotReadable, folder, $"cannot be read: {exception.Message}", exception);
        }
    }

    public static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (DiskFault.Is(exception))
        {
            throw EmbeddingJobException.Writing(path, exception);
        }
    }

    /// <summary>Writes the list first: once the manifest is there, the plan is whole.</summary>
    private async Task<JobManifest> WriteAsync(CancellationToken cancellationToken)
    {
        JobManifest? plan = null;
        byte[] manifest = [];
        string path = folder;
        var list = new JobInputList(inputs, fingerprint, shardSize);
        try
        {
            Directory.CreateDirectory(folder);
            path = Path.Combine(folder, JobInputList.FileName);
            await AtomicFile.WriteAsync(
                path,
                async (stream, token) =>
                {
                    plan = await list.WriteAsync(stream, token).ConfigureAwait(false);
                    if (plan.Shards.Length == 0)
                        throw new EmbeddingJobException(EmbeddingJobFault.NoInputs, folder, "has no inputs: they name no image and no tar archive.");

                    manifest = plan.ToBytes();
                    JobManifest.RequireReadable(manifest, folder);
                },
                cancellationToken).ConfigureAwait(false);
            path = Path.Combine(folder, JobManifest.FileName);
            await AtomicFile.WriteBytesAsync(path, manifest, cancellationToken).ConfigureAwait(false);
            return plan!;
        }
        catch (Exception exception) when (DiskFault.Is(exception) && !list.IsListing)
        {
            throw EmbeddingJobException.Writing(path, exception);
        }
    }

    private EmbeddingJobException OtherPlan(JobManifest found, JobManifest given)
    {
        static string Describe(JobManifest plan) => string.Create(
            CultureInfo.InvariantCulture,
            $"{Plural.Of(plan.Images, "image")} and {Plural.Of(plan.Archives, "tar archive")} (list {plan.InputsSha256[..12]}) in shards of "
                + $"{plan.ShardSize}");
        return new EmbeddingJobException(
            EmbeddingJobFault.OtherPlan, folder,
            $"holds a job of {Describe(found)}; given are {Describe(given)}. Give the inputs and the shard size of that job, or another folder.");
    }
}

using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>Random plans, and random faults between runs: the folder is always the same in the end, byte for byte.</summary>
public sealed class EmbeddingJobPropertyTests(BulkFixture files) : IClassFixture<BulkFixture>
{
    private const int MostInterruptions = 5;
    private const string Abandoned = "part-00000.parquet.00000000000f.part";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task Run_InterruptedAndDamagedAtRandom_EndsWithTheSameBytes(int seed)
    {
        for (int round = 0; round < 6; round++)
        {
            var random = new Random((seed * 100) + round);
            EmbeddingJobInputs inputs = files.Inputs(RandomKeys(random));
            var options = new EmbeddingJobOptions { ShardSize = random.Next(1, 12) };
            (string whole, string broken) = (files.NewFolder(), files.NewFolder());
            await (await EmbeddingJob.PlanAsync(whole, files.One, inputs, options, Cancellation)).RunAsync(cancellationToken: Cancellation);
            for (int i = random.Next(1, MostInterruptions + 1); i > 0; i--)
            {
                await RunAndCancelAsync(broken, inputs, options, random);
                Damage(broken, random);
            }

            FeatureExtractor last = random.Next(2) == 0 ? files.One : files.Two;
            EmbeddingJobResult result = await (await EmbeddingJob.PlanAsync(broken, last, inputs, options, Cancellation))
                .RunAsync(cancellationToken: Cancellation);
            Assert.Equal(BulkFixture.Snapshot(whole), BulkFixture.Snapshot(broken));
            Assert.InRange(result.ComputedShards, 0, result.Shards);
        }
    }

    /// <summary>Existing, damaged, missing and repeated images, names with line ends, and archives of a few images.</summary>
    private List<string> RandomKeys(Random random)
    {
        List<string> keys = [];
        for (int i = random.Next(1, 40); i > 0; i--)
        {
            keys.Add(random.Next(12) switch
            {
                0 => $"missing-{random.Next(3)}.png",
                1 => "line\nend\\\r.png",
                2 => TarFiles.Write(files.ImageFolder, $"{random.Next(4)}.tar", files, random.Next(6)),
                _ => BulkFixture.Key(random.Next(BulkFixture.Images)),
            });
        }

        return keys;
    }

    private async Task RunAndCancelAsync(string folder, EmbeddingJobInputs inputs, EmbeddingJobOptions options, Random random)
    {
        FeatureExtractor extractor = random.Next(2) == 0 ? files.One : files.Two;
        EmbeddingJob job = await EmbeddingJob.PlanAsync(folder, extractor, inputs, options, Cancellation);
        using var source = new CancellationTokenSource();
        long limit = random.Next(0, 40);
        try
        {
            if (random.Next(3) == 0)
            {
                await job.RunShardAsync(
                    random.Next(job.Shards),
                    new Listener<InferenceProgress>(progress => EmbeddingJobTests.CancelAt(source, progress.Completed, limit)), source.Token);
            }
            else
            {
                await job.RunAsync(
                    new Listener<EmbeddingJobProgress>(progress => EmbeddingJobTests.CancelAt(source, progress.ComputedImages, limit)), source.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        Assert.DoesNotContain(Directory.GetFiles(folder, "*.part"), path => Path.GetFileName(path) != Abandoned);
    }

    private static void Damage(string folder, Random random)
    {
        string[] parts = Directory.GetFiles(folder, "part-*");
        string? part = parts.Length > 0 ? parts[random.Next(parts.Length)] : null;
        switch (random.Next(9))
        {
            case 0 when part is not null:
                File.Delete(part);
                break;
            case 1 when part is not null:
                using (FileStream stream = File.OpenWrite(part))
                    stream.SetLength(random.NextInt64(stream.Length));

                break;
            case 2 when part is not null:
                byte[] bytes = File.ReadAllBytes(part);
                bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
                File.WriteAllBytes(part, bytes);
                break;
            case 3 when part is not null: // Another shard's file, sound in itself.
                File.Copy(parts[random.Next(parts.Length)], part + ".copy");
                File.Move(part + ".copy", part, overwrite: true);
                break;
            case 4 when part is not null:
                File.AppendAllText(part, "x");
                break;
            case 5:
                File.Delete(Path.Combine(folder, EmbeddingJob.SuccessFileName));
                break;
            case 6:
                File.Delete(Path.Combine(folder, "_manifest.json"));
                File.Delete(Path.Combine(folder, "_inputs.txt"));
                break;
            case 7: // What a killed process leaves.
                File.WriteAllText(Path.Combine(folder, Abandoned), "half");
                break;
            default:
                break;
        }
    }
}

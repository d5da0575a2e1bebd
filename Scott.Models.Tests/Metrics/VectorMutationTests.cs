using System.Diagnostics;
using System.Text;
using Scott.Models.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Metrics;

/// <summary>Damaged files of vectors: whatever the damage, a typed error or a value that can be used, in bounded time and memory.</summary>
[Collection(AloneTests.Name)]
public sealed class VectorMutationTests
{
    private const int Mutations = 5_000;
    private const int FixedBytes = 128 * 1024;

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task Load_MutatedIndex_RaisesOnlyTypedErrors(WeightStorage storage)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("index");
        EmbeddingIndex saved = TestVectors.Index(TestVectors.Draw(20, 8, seed: 1), TestVectors.Fingerprint(8));
        await saved.SaveAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        await AssertOnlyTypedErrorsAsync(path, async () =>
        {
            EmbeddingIndex index = await EmbeddingIndex.LoadAsync(path, storage);
            Assert.Equal(index.Count, index.Keys.Distinct().Count());
            IReadOnlyList<SearchHit> hits = index.Search(Enumerable.Repeat(1f, index.Width).ToArray(), 50);
            Assert.All(hits, hit => Assert.InRange(hit.Score, -1, 1));
            if (index.Count > 0)
            {
                Assert.Equal(Math.Min(50, index.Count), hits.Count);
                Assert.True(index.Remove(index.Keys[0]));
            }
        });
    }

    [Fact]
    public async Task Load_MutatedMigration_RaisesOnlyTypedErrors()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("migration");
        await VectorMigrationTests.Fit(out _).SaveAsync(path, TestContext.Current.CancellationToken);
        await AssertOnlyTypedErrorsAsync(path, async () =>
        {
            VectorMigration migration = await VectorMigration.LoadAsync(path);
            Assert.All(migration.Map(Enumerable.Repeat(1f, migration.From.Width).ToArray()), value => Assert.True(float.IsFinite(value)));
        });
    }

    private static async Task AssertOnlyTypedErrorsAsync(string path, Func<Task> use)
    {
        byte[] bytes = await File.ReadAllBytesAsync(path);
        int header = 8 + (int)BitConverter.ToInt64(bytes);
        var random = new Random(47);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutate(bytes, header, random);
            File.Delete(path); // A new file, since the old one can be mapped.
            await File.WriteAllBytesAsync(path, mutated);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            var watch = Stopwatch.StartNew();
            try
            {
                await use();
            }
            catch (ScottException)
            {
                refused++;
            }

            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.True(allocated <= (8L * mutated.Length) + FixedBytes, $"mutation {i} allocated {allocated} bytes for a file of {mutated.Length}");
            Assert.True(watch.Elapsed < Slowest, $"mutation {i} took {watch.Elapsed}");
        }

        Assert.InRange(refused, Mutations / 3, Mutations);
    }

    private static byte[] Mutate(byte[] bytes, int header, Random random)
    {
        byte[] copy = [.. bytes];
        int At() => random.Next(2) == 0 ? random.Next(copy.Length) : random.Next(header);
        switch (random.Next(6))
        {
            case 0:
                copy[At()] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                return copy[..random.Next(copy.Length)];
            case 2:
                int place = At();
                copy.AsSpan(place, Math.Min(random.Next(1, 9), copy.Length - place)).Fill((byte)random.Next(256));
                return copy;
            case 3:
                return WithOtherNumber(bytes, header, random);
            case 4:
                int start = At();
                return [.. copy[..start], .. copy[Math.Min(copy.Length, start + random.Next(1, 16))..]];
            default:
                int from = At();
                return [.. copy[..Math.Min(copy.Length, from + random.Next(1, 16))], .. copy[from..]];
        }
    }

    /// <summary>Replaces one number of the header, and keeps the header's length: sound JSON with other content.</summary>
    private static byte[] WithOtherNumber(byte[] bytes, int header, Random random)
    {
        string json = Encoding.UTF8.GetString(bytes, 8, header - 8).TrimEnd();
        int[] digits = [.. Enumerable.Range(0, json.Length).Where(i => char.IsAsciiDigit(json[i]))];
        int place = digits[random.Next(digits.Length)];
        string[] values = ["0", "9", "-1", "1e9", "99999", "2147483647", "0.5", "null"];
        json = json[..place] + values[random.Next(values.Length)] + json[(place + 1)..];
        byte[] text = Encoding.UTF8.GetBytes(json);
        return [.. BitConverter.GetBytes((long)text.Length), .. text, .. bytes[header..]];
    }
}

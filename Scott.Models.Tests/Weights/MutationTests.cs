using System.Diagnostics;
using System.IO.Compression;
using Scott.Models.Tests.Parity;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

/// <summary>Damaged model files: whatever the damage, a typed error or a sound model, in bounded time and memory.</summary>
[Collection(AloneTests.Name)]
public sealed class MutationTests
{
    private const int Mutations = 5_000;
    private const int PickleMutations = 1_000;

    /// <summary>What opening, refusing and reporting costs, whatever the file's size.</summary>
    private const int FixedBytes = 128 * 1024;

    private static readonly TimeSpan Slowest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(WeightStorage.Managed)]
    [InlineData(WeightStorage.MemoryMapped)]
    public async Task FromFile_MutatedSafetensors_RaisesOnlyTypedErrors(WeightStorage storage)
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("model.safetensors");
        await ScottModel.Create(Architectures.Tiny with { EmbeddingWidth = 28, Depth = 1 }, seed: 1).SaveAsync(path);
        await AssertOnlyTypedErrorsAsync(folder, path, new ModelFileOptions { Storage = storage });
    }

    [Theory]
    [InlineData("context-encoder_checkpoint.pth")]
    [InlineData("context-encoder_checkpoint-legacy.pth")]
    public async Task FromFile_MutatedCheckpoint_RaisesOnlyTypedErrors(string name)
    {
        using var folder = new TemporaryFolder();
        ScottArchitecture architecture = new BackboneCase(Path.Combine(ParityCases.OwnFolder, "backbone-scott-swiglu.safetensors")).Architecture;
        await AssertOnlyTypedErrorsAsync(folder, Path.Combine(ParityCases.OwnFolder, name), new ModelFileOptions { Architecture = architecture });
    }

    [Fact]
    public async Task FromFile_MutatedPickleInASoundArchive_RaisesOnlyTypedErrors()
    {
        // Damage inside a zip entry stops at its checksum; here the checksum is right, so that the pickle's own reader meets the damage.
        using var folder = new TemporaryFolder();
        string original = Path.Combine(ParityCases.OwnFolder, "context-encoder_checkpoint.pth");
        ScottArchitecture architecture = new BackboneCase(Path.Combine(ParityCases.OwnFolder, "backbone-scott-swiglu.safetensors")).Architecture;
        var random = new Random(48);
        int refused = 0;
        string path = folder.File("mutated");
        for (int i = 0; i < PickleMutations; i++)
        {
            RewritePickle(original, path, random);
            refused += await IsRefusedAsync(path, new ModelFileOptions { Architecture = architecture }, i) ? 1 : 0;
        }

        Assert.InRange(refused, PickleMutations / 2, PickleMutations);
    }

    private static void RewritePickle(string original, string path, Random random)
    {
        File.Copy(original, path, overwrite: true);
        using ZipArchive archive = ZipFile.Open(path, ZipArchiveMode.Update);
        ZipArchiveEntry entry = archive.Entries.Single(candidate => candidate.Name == "data.pkl");
        using var content = new MemoryStream();
        using (Stream stream = entry.Open())
            stream.CopyTo(content);

        string name = entry.FullName;
        entry.Delete();
        byte[] bytes = content.ToArray();
        using Stream target = archive.CreateEntry(name, CompressionLevel.NoCompression).Open();
        target.Write(Mutate(bytes, Structure(bytes), random));
    }

    private static async Task AssertOnlyTypedErrorsAsync(TemporaryFolder folder, string original, ModelFileOptions options)
    {
        byte[] bytes = await File.ReadAllBytesAsync(original);
        int[] structure = Structure(bytes);
        string path = folder.File("mutated");
        var random = new Random(47);
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            byte[] mutated = Mutate(bytes, structure, random);
            await File.WriteAllBytesAsync(path, mutated);
            refused += await IsRefusedAsync(path, options, i) ? 1 : 0;
        }

        // Most of a file is weights, whose bits mean nothing to the format; but enough damage must have hit the structure.
        Assert.InRange(refused, Mutations / 3, Mutations);
    }

    /// <summary>Reads one file, within the limits of time and memory. Any error but a typed one goes through.</summary>
    private static async Task<bool> IsRefusedAsync(string path, ModelFileOptions options, int mutation)
    {
        long length = new FileInfo(path).Length;
        bool isRefused = false;
        long before = GC.GetTotalAllocatedBytes(precise: true);
        var watch = Stopwatch.StartNew();
        try
        {
            await ScottModel.FromFileAsync(path, options);
        }
        catch (ScottException)
        {
            isRefused = true;
        }

        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        Assert.True(allocated <= (2L * length) + FixedBytes, $"mutation {mutation} allocated {allocated} bytes for a file of {length}");
        Assert.True(watch.Elapsed < Slowest, $"mutation {mutation} took {watch.Elapsed}");
        return isRefused;
    }

    /// <summary>The places where damage hurts: everything that is not a long run of weights.</summary>
    private static int[] Structure(byte[] bytes)
    {
        const int Head = 16_384, Tail = 8_192;
        return [.. Enumerable.Range(0, Math.Min(Head, bytes.Length)), .. Enumerable.Range(
            bytes.Length - Math.Min(Tail, bytes.Length), Math.Min(Tail, bytes.Length))];
    }

    private static byte[] Mutate(byte[] bytes, int[] structure, Random random)
    {
        byte[] copy = [.. bytes];
        int At() => random.Next(4) == 0 ? random.Next(copy.Length) : structure[random.Next(structure.Length)];
        switch (random.Next(6))
        {
            case 0:
                copy[At()] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                for (int i = random.Next(1, 16); i > 0; i--)
                    copy[At()] = (byte)random.Next(256);

                return copy;
            case 2:
                return copy[..random.Next(copy.Length)];
            case 3: // a length or an offset turned huge
                int place = At();
                copy.AsSpan(place, Math.Min(random.Next(1, 9), copy.Length - place)).Fill(0xff);
                return copy;
            case 4: // a piece left out
                int start = At();
                return [.. copy[..start], .. copy[Math.Min(copy.Length, start + random.Next(1, 64))..]];
            default: // a piece doubled
                int from = At();
                int end = Math.Min(copy.Length, from + random.Next(1, 64));
                return [.. copy[..end], .. copy[from..]];
        }
    }
}

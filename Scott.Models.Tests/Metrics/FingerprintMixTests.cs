using Scott.Models.Foundation;
using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

/// <summary>Vectors of unlike models or settings never meet in silence. Their length does not count: an index compares directions.</summary>
public sealed class FingerprintMixTests
{
    private const int Mixes = 10_000;

    private static readonly char[] Hashes = ['a', 'b', 'c', 'd'];
    private static readonly string[] Outputs = ["PatchMean", "ClassToken", "PatchMean, unit length", "PatchMean, mapped from 0123456789ab"];
    private static readonly string[] Precisions = ["single", "half", "int8"];

    [Fact]
    public void Mixes_OfUnlikeFingerprints_AreAllRefused()
    {
        var random = new DeterministicRandom(1, "mixes");
        (int unlike, int alike) = (0, 0);
        while (unlike < Mixes)
        {
            (VectorFingerprint stored, VectorFingerprint given) = Pair(random);
            EmbeddingIndex index = TestVectors.Index([new float[stored.Width]], stored);
            float[] vector = TestVectors.Draw(1, given.Width, seed: unlike)[0];
            Action[] uses =
            [
                () => index.Add("given", vector, given),
                () => index.Search(vector, 1, given),
                () => index.SearchBatch([vector], 1, given),
                () => Migration(stored).Map(TestVectors.Index([vector], given)),
            ];
            int use = random.NextInt32(uses.Length);
            if (!Differences(stored, given).Any())
            {
                uses[use]();
                alike++;
                continue;
            }

            var error = Assert.Throws<FingerprintMismatchException>(uses[use]);
            Assert.Equal((stored, given), (error.Expected, error.Found));
            Assert.Equal(Differences(stored, given), error.Differences);
            Assert.Equal(1, index.Count);
            unlike++;
        }

        Assert.InRange(alike, 100, Mixes);
    }

    [Fact]
    public void Mixes_WithoutTheCheck_AreRefusedForTheirWidthOnly()
    {
        var random = new DeterministicRandom(2, "mixes");
        for (int i = 0; i < 1000; i++)
        {
            (VectorFingerprint stored, VectorFingerprint given) = Pair(random);
            bool isStoredUnchecked = random.NextInt32(2) == 0;
            stored = stored with { IsChecked = !isStoredUnchecked };
            given = given with { IsChecked = isStoredUnchecked };
            EmbeddingIndex index = TestVectors.Index([new float[stored.Width]], stored);
            float[] vector = TestVectors.Draw(1, given.Width, seed: i)[0];
            if (stored.Width == given.Width)
            {
                index.Add("given", vector, given);
                Assert.Equal(2, index.Search(vector, 5, given).Count);
                Assert.Equal(1, Migration(stored).Map(TestVectors.Index([vector], given)).Count);
            }
            else
            {
                Assert.Throws<FingerprintMismatchException>(() => index.Add("given", vector, given));
                Assert.Throws<FingerprintMismatchException>(() => index.Search(vector, 5, given));
            }
        }
    }

    /// <summary>Two fingerprints that differ in each part with a chance of a quarter.</summary>
    private static (VectorFingerprint Stored, VectorFingerprint Given) Pair(DeterministicRandom random)
    {
        T One<T>(T[] values) => values[random.NextInt32(values.Length)];
        T Other<T>(T value, T[] values) => random.NextInt32(4) == 0 ? One(values) : value;
        int[] widths = [2, 3, 4, 5];
        VectorFingerprint stored = TestVectors.Fingerprint(One(widths), One(Hashes), One(Hashes), One(Outputs), One(Precisions));
        VectorFingerprint given = stored with
        {
            ModelId = $"model-{One(Hashes)}",
            ModelSha256 = new string(Other(stored.ModelSha256[0], Hashes), 64),
            PreprocessingSha256 = new string(Other(stored.PreprocessingSha256[0], Hashes), 64),
            Output = Other(stored.Output, Outputs),
            Precision = Other(stored.Precision, Precisions),
            Width = Other(stored.Width, widths),
        };
        return (stored, given);
    }

    private static IEnumerable<string> Differences(VectorFingerprint a, VectorFingerprint b) => new (string Name, bool Differs)[]
    {
        ("model", a.ModelSha256 != b.ModelSha256),
        ("preprocessing", a.PreprocessingSha256 != b.PreprocessingSha256),
        ("output", Direction(a) != Direction(b)),
        ("precision", a.Precision != b.Precision),
        ("width", a.Width != b.Width),
    }.Where(part => part.Differs).Select(part => part.Name);

    private static string Direction(VectorFingerprint fingerprint) =>
        fingerprint.Output.Replace(", unit length", string.Empty, StringComparison.Ordinal);

    private static VectorMigration Migration(VectorFingerprint from) =>
        new(from, TestVectors.Fingerprint(2, model: 'e'), (new float[2 * from.Width], [1, 0]), recall: 1, pairs: 1000);
}

using System.Text;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference.Anomalies;

[Collection(AloneTests.Name)]
public sealed class AnomalyMutationTests
{
    private const int Mutations = 5_000;
    private const int PatchesLength = 16 * 32; // of an image: 4 × 4 patches of 32 numbers

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Load_MutatedFiles_AreTypedErrorsOrLegalDetectors()
    {
        using var folder = new TemporaryFolder();
        ScottModel model = ScottModel.Create(Architectures.Tiny, seed: 5);
        byte[] bytes = await SaveAsync(model, folder.File("detector.safetensors"));
        int header = BitConverter.ToInt32(bytes) + 8;
        int[] digits = [.. Enumerable.Range(8, header - 8).Where(i => char.IsAsciiDigit((char)bytes[i]))];
        var random = new Random(47);
        float[] patches = [.. Enumerable.Range(0, PatchesLength).Select(i => (float)Math.Sin(i))];
        string path = folder.File("mutated");
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            await File.WriteAllBytesAsync(path, Mutate(bytes, header, digits, random), Token);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                (_, AnomalyKnowledge knowledge) = await AnomalyFile.ReadAsync(path, model, new FeatureExtractionOptions(), Token);
                Assert.All(knowledge.Score([.. patches]), score => Assert.True(score >= 0, $"mutation {i} scores {score}"));
                Assert.InRange(knowledge.Threshold.FalseAlarmRate, double.Epsilon, 1);
            }
            catch (ScottException)
            {
                refused++;
            }

            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 8 << 20);
        }

        Assert.InRange(refused, Mutations / 3, Mutations - 100);
    }

    private static byte[] Mutate(byte[] bytes, int header, int[] digits, Random random)
    {
        byte[] copy = [.. bytes];
        int At() => random.Next(3) == 0 ? random.Next(copy.Length) : random.Next(header);
        switch (random.Next(6))
        {
            case 0:
                copy[At()] ^= (byte)(1 << random.Next(8));
                return copy;
            case 1:
                return copy[..random.Next(copy.Length)];
            case 2: // another number
                for (int i = random.Next(1, 5); i > 0; i--)
                    copy[digits[random.Next(digits.Length)]] = (byte)('0' + random.Next(10));

                return copy;
            case 3: // a number turned huge, or not finite
                int place = At();
                copy.AsSpan(place, Math.Min(random.Next(1, 9), copy.Length - place)).Fill(0xff);
                return copy;
            case 4: // a piece left out
                int start = At();
                return [.. copy[..start], .. copy[Math.Min(copy.Length, start + random.Next(1, 64))..]];
            default: // a text of the header changed
                string text = Encoding.Latin1.GetString(copy, 8, header - 8);
                string[] words = ["null", "-1", "1e39", "[]", "{}", "true", "NaN", "99999999999"];
                int digit = digits[random.Next(digits.Length)] - 8;
                byte[] changed = Encoding.Latin1.GetBytes(text[..digit] + words[random.Next(words.Length)] + text[(digit + 1)..]);
                return [.. BitConverter.GetBytes((long)changed.Length), .. changed, .. copy[header..]];
        }
    }

    private static async Task<byte[]> SaveAsync(ScottModel model, string path)
    {
        ImageSource[] normal = [.. Enumerable.Range(0, 10).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        var options = new AnomalyOptions
        {
            ImagePixels = 64,
            BankPatches = 6,
            Blocks = new HashSet<int> { 0 },
            Scaling = PatchScaling.Standardized,
            FalseAlarmRate = 0.2,
        };
        using AnomalyDetector detector = await model.LearnAnomaliesAsync(normal, options, cancellationToken: Token);
        await detector.SaveAsync(path, Token);
        return await File.ReadAllBytesAsync(path, Token);
    }
}

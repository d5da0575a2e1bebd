using System.Runtime.InteropServices;
using System.Text.Json;
using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Torch;

public sealed class ScheduleTests
{
    private const double Tolerance = 1e-12;

    public static TheoryData<string> Cases => ParityCases.OfKind("schedules");

    [Theory]
    [MemberData(nameof(Cases))]
    public void At_EveryStep_EqualsTheReference(string path)
    {
        SafetensorsContent content = ParityCases.Read(path);
        using JsonDocument document = JsonDocument.Parse(content.Metadata["config"]);
        int index = 0;
        foreach (JsonElement config in document.RootElement.EnumerateArray())
        {
            double Number(string name) => config.GetProperty(name).GetDouble();
            long total = config.GetProperty("total_steps").GetInt64();
            var rate = new LearningRateSchedule(
                total, config.GetProperty("warmup_steps").GetInt64(), Number("lr_start"), Number("lr_peak"), Number("lr_final"), Number("flat_pctg"));
            AssertEqual(content, $"{index}.lr", rate.At);
            AssertEqual(content, $"{index}.wd", new RampSchedule(total, Number("wd_start"), Number("wd_final")).At);
            AssertEqual(content, $"{index}.ema_linear", new RampSchedule(total, Number("ema_start"), Number("ema_final")).At);
            AssertEqual(content, $"{index}.ema_cosine", new RampSchedule(total, Number("ema_start"), Number("ema_final"), RampShape.Cosine).At);
            index++;
        }

        Assert.True(index >= 1);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(50, 49)]
    [InlineData(1000, 130)]
    public void LearningRate_AnyLength_RisesStaysAndFalls(long total, long warmup)
    {
        var schedule = new LearningRateSchedule(total, warmup, 1e-6, 5e-4, 1e-5, 0.72);
        double[] rates = [.. Enumerable.Range(1, (int)total + 5).Select(step => schedule.At(step))];
        int peak = Array.IndexOf(rates, rates.Max());
        Assert.All(rates, rate => Assert.InRange(rate, 1e-6, 5e-4));
        Assert.All(Enumerable.Range(0, peak), i => Assert.True(rates[i] <= rates[i + 1]));
        Assert.All(Enumerable.Range(peak, rates.Length - peak - 1), i => Assert.True(rates[i] >= rates[i + 1]));
        Assert.Equal(rates[total - 1], rates[^1]);
    }

    private static void AssertEqual(SafetensorsContent content, string name, Func<double, double> schedule)
    {
        ReadOnlySpan<double> expected = MemoryMarshal.Cast<byte, double>(content.Tensors[name].Data.Span);
        Assert.NotEqual(0, expected.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], schedule(i + 1), Tolerance);
    }
}

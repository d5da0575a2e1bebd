using System.Runtime.Intrinsics;
using Scott.Models.Inference;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Inference;

/// <summary>The managed engine's kernels, each against the same computation in double precision.</summary>
public sealed unsafe class ManagedKernelTests
{
    [Fact]
    public void Exp_WholeRange_IsAccurateAndEqualForEveryWidth()
    {
        for (float x = -87; x <= 88; x += 0.0713f)
        {
            float found = LaneFunctions<LanesOne, float>.Exp(x);
            Assert.InRange(Math.Abs((found / Math.Exp(x)) - 1), 0, 3e-7);
            Assert.Equal(Vector128.Create(found), LaneFunctions<Lanes128, Vector128<float>>.Exp(Vector128.Create(x)));
            Assert.Equal(Vector256.Create(found), LaneFunctions<Lanes256, Vector256<float>>.Exp(Vector256.Create(x)));
            Assert.Equal(Vector512.Create(found), LaneFunctions<Lanes512, Vector512<float>>.Exp(Vector512.Create(x)));
        }

        Assert.InRange(LaneFunctions<LanesOne, float>.Exp(float.NegativeInfinity), 0, 2e-38f);
        Assert.InRange(LaneFunctions<LanesOne, float>.Exp(1000), 1e38f, float.MaxValue);
    }

    [Fact]
    public void Activations_WholeRange_AreAccurate()
    {
        for (double x = -12; x <= 12; x += 0.0137)
        {
            Assert.Equal(x / (1 + Math.Exp(-x)), LaneFunctions<LanesOne, float>.Silu((float)x), 2e-6);
            Assert.Equal(Gelu(x), LaneFunctions<LanesOne, float>.Gelu((float)x), 2e-6);
        }
    }

    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(7, 33, 17)]
    [InlineData(13, 8, 700)]
    [InlineData(49, 40, 600)]
    public void Multiply_AnySizes_GivesTheProduct(int rows, int columns, int inputs)
    {
        AssertProduct<LanesOne, float>(rows, columns, inputs);
        AssertProduct<Lanes128, Vector128<float>>(rows, columns, inputs);
        AssertProduct<Lanes256, Vector256<float>>(rows, columns, inputs);
        AssertProduct<Lanes512, Vector512<float>>(rows, columns, inputs);
    }

    private static void AssertProduct<TLanes, TVector>(int rows, int columns, int inputs)
        where TLanes : struct, ILanes<TVector>
        where TVector : struct
    {
        var random = new Random(3);
        float[] Noise(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        (float[] weight, float[] bias) = (Noise(columns * inputs), Noise(columns));
        var input = new AlignedFloats(rows * inputs);
        Noise(rows * inputs).CopyTo(input.Span);
        var output = new AlignedFloats((rows * columns) + 1);
        var weights = new WeightSet([WeightTensor.Create("l.weight", [columns, inputs], weight), WeightTensor.Create("l.bias", [columns], bias)]);
        PackedMatrix packed = PackedMatrix.Linear(weights, "l", MatrixKernel<TLanes, TVector>.PanelWidth);
        var scratch = new RowScratch<TLanes, TVector>(Architectures.Tiny);
        scratch.Multiply(input.Pointer, inputs, rows, packed, new ProductTarget(output.Pointer, columns));
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                double expected = bias[column];
                for (int k = 0; k < inputs; k++)
                    expected += (double)input.Span[(row * inputs) + k] * weight[(column * inputs) + k];

                Assert.Equal(expected, output.Span[(row * columns) + column], 1e-5);
            }
        }

        Assert.Equal(0, output.Span[^1]); // Nothing is written behind the last element.
        GC.KeepAlive(input);
    }

    /// <summary>By the series of the error function near 0, and of its complement's continued fraction elsewhere.</summary>
    private static double Gelu(double x)
    {
        double z = Math.Abs(x) / Math.Sqrt(2);
        double erf = 0;
        if (z < 3)
        {
            double term = z;
            for (int n = 0; n < 80; n++, term *= -z * z / n)
                erf += term / ((2 * n) + 1);

            erf *= 2 / Math.Sqrt(Math.PI);
        }
        else
        {
            double fraction = 0;
            for (int n = 40; n > 0; n--)
                fraction = n / 2.0 / (z + fraction);

            erf = 1 - (Math.Exp(-z * z) / Math.Sqrt(Math.PI) / (z + fraction));
        }

        return x * 0.5 * (1 + (Math.Sign(x) * erf));
    }
}

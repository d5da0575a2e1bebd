namespace Scott.Models.Tests.Inference;

internal static class Vectors
{
    public static void AssertClose(ReadOnlyMemory<float> expected, ReadOnlyMemory<float> found, float tolerance = 1e-5f)
    {
        Assert.Equal(expected.Length, found.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.Equal(expected.Span[i], found.Span[i], tolerance);
    }
}

using Scott.Models.Tests.Metrics;

namespace Scott.Models.Tests.Foundation;

public sealed class VectorFingerprintTests
{
    private static readonly VectorFingerprint Example = TestVectors.Fingerprint(192);

    [Fact]
    public void Json_AfterARoundTrip_IsTheSameFingerprint()
    {
        VectorFingerprint odd = Example with { ModelId = "räksmörgås \"1\"", Output = "x\ny", Precision = "half" };
        foreach (VectorFingerprint fingerprint in new[] { Example, odd })
            Assert.Equal(fingerprint, VectorFingerprint.FromJson(fingerprint.ToJson()));

        Assert.Contains("\"modelSha256\":\"aaaa", Example.ToJson(), StringComparison.Ordinal);
        VectorFingerprint stored = VectorFingerprint.FromJson((Example with { IsChecked = false }).ToJson());
        Assert.True(stored.IsChecked);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{}")]
    public void FromJson_OfOtherText_IsATypedError(string json) =>
        Assert.Throws<ScottConfigurationException>(() => VectorFingerprint.FromJson(json));

    [Theory]
    [InlineData("\"modelId\":\"model-a\"", "\"modelId\":null")]
    [InlineData("\"modelId\":\"model-a\",", "")]
    [InlineData("\"width\":192", "\"width\":0")]
    [InlineData("\"width\":192", "\"width\":-192")]
    [InlineData("\"width\":192", "\"width\":1e99")]
    [InlineData("\"width\":192", "\"width\":192,\"color\":1")]
    [InlineData("aaaaaaaa", "AAAAAAAA")]
    [InlineData("aaaaaaaa", "aaaaaaa")]
    [InlineData("bbbbbbbb", "bbbbbbbg")]
    public void FromJson_WithOneFault_IsATypedError(string part, string other)
    {
        string json = Example.ToJson();
        int place = json.IndexOf(part, StringComparison.Ordinal);
        string faulty = json[..place] + other + json[(place + part.Length)..];
        Assert.Throws<ScottConfigurationException>(() => VectorFingerprint.FromJson(faulty));
    }

    [Fact]
    public void FromJson_WithSeveralFaults_ListsAll()
    {
        string json = (Example with { ModelSha256 = "x", PreprocessingSha256 = "y", Width = 0 }).ToJson();
        Assert.Equal(3, Assert.Throws<ScottConfigurationException>(() => VectorFingerprint.FromJson(json)).Faults.Count);
    }

    [Fact]
    public void RequireMatch_OfUnlikeOnes_NamesWhatDiffers()
    {
        Example.RequireMatch(Example with { ModelId = "other name" });
        VectorFingerprint other = Example with { Output = "ClassToken", Precision = "int8" };
        var error = Assert.Throws<FingerprintMismatchException>(() => Example.RequireMatch(other));
        Assert.Equal(["output", "precision"], error.Differences);
        Assert.Equal((Example, other), (error.Expected, error.Found));
        Assert.Contains("differ in output, precision", error.Message, StringComparison.Ordinal);
        Assert.Contains(
            "model-a (model aaaaaaaaaaaa, preprocessing bbbbbbbbbbbb, ClassToken, int8, 192 numbers)", error.Message, StringComparison.Ordinal);
        Example.RequireMatch(other with { IsChecked = false });
        (Example with { IsChecked = false }).RequireMatch(other);
        Assert.Throws<FingerprintMismatchException>(() => Example.RequireMatch(other with { IsChecked = false, Width = 1 }));
        Assert.False(Example.Matches(other with { IsChecked = false }));
    }

    [Fact]
    public void RequireSameDirection_OfVectorsOfLengthOne_DoesNotMind()
    {
        VectorFingerprint scaled = Example with { Output = Example.Output + ", unit length" };
        Example.RequireSameDirection(scaled);
        scaled.RequireSameDirection(Example);
        Assert.Throws<FingerprintMismatchException>(() => Example.RequireMatch(scaled));
        Assert.False(Example.Matches(scaled));
        VectorFingerprint other = scaled with { Output = "ClassToken, unit length" };
        Assert.Equal(["output"], Assert.Throws<FingerprintMismatchException>(() => scaled.RequireSameDirection(other)).Differences);
        Assert.Equal((Example, other), (
            Assert.Throws<FingerprintMismatchException>(() => Example.RequireSameDirection(other)).Expected,
            Assert.Throws<FingerprintMismatchException>(() => Example.RequireSameDirection(other)).Found));
    }
}

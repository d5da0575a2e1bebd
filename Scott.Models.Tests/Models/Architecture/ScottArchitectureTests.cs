using FsCheck;
using FsCheck.Fluent;

namespace Scott.Models.Tests;

public sealed class ScottArchitectureTests
{
    [Fact]
    public void Defaults_NewArchitecture_AreScott12Patch16()
    {
        var architecture = new ScottArchitecture();
        architecture.Validate();
        Assert.Equal(ScottArchitectures.Get("scott-12-16-224"), architecture);
        Assert.Equal((TokenizerKind.Scott, 224, 16), (architecture.Tokenizer, architecture.ImagePixels, architecture.PatchPixels));
        Assert.Equal((384, 12, 4), (architecture.EmbeddingWidth, architecture.Depth, architecture.Heads));
        Assert.Equal((FeedForwardKind.SwiGlu, 4.0, 0), (architecture.FeedForward, architecture.MlpRatio, architecture.RegisterTokens));
        Assert.Equal((0.2, 0.1, 0.1), (architecture.DropoutRate, architecture.AttentionDropoutRate, architecture.StochasticDepthRate));
    }

    [Theory]
    [InlineData("scott-12-16-224", 22_447_680)]
    [InlineData("vit-12-16-224", 21_529_344)]
    public void TrainableParameters_PaperSizes_AreThePapers(string name, long expected) =>
        Assert.Equal(expected, ScottModel.Create(name, seed: 0).TrainableParameters);

    [Fact]
    public void Names_All_AreValidAndTwinsDifferInTheTokenizerOnly()
    {
        Assert.Equal(
            [
                "scott-12-16-224", "vit-12-16-224", "scott-7-16-224", "vit-7-16-224",
                "scott-small-112", "vit-small-112", "scott-mini-112", "vit-mini-112",
            ],
            ScottArchitectures.Names);
        foreach (string name in ScottArchitectures.Names)
            ScottArchitectures.Get(name).Validate();

        Assert.Equal(ScottArchitectures.Get("vit-mini-112"), ScottArchitectures.Get("scott-mini-112") with { Tokenizer = TokenizerKind.Vit });
    }

    [Fact]
    public void Get_UnknownName_ListsTheKnownOnes()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => ScottArchitectures.Get("scott-huge"));
        Assert.StartsWith(
            "No architecture is called 'scott-huge'; expected one of scott-12-16-224, vit-12-16-224, ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_ManyFaults_ListsThemAll()
    {
        var architecture = new ScottArchitecture
        {
            PatchPixels = 14,
            ImagePixels = 225,
            EmbeddingWidth = 386,
            Depth = 0,
            Heads = 5,
            RegisterTokens = -1,
            DropoutRate = 1,
            AttentionDropoutRate = -0.5,
            StochasticDepthRate = double.NaN,
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(architecture.Validate);
        Assert.Equal("ScottArchitecture", error.Subject);
        Assert.Equal(
            [
                "PatchPixels is 14; the SCOTT tokenizer's is 16.",
                "ImagePixels is 225; expected a multiple of PatchPixels, 14.",
                "EmbeddingWidth is 386; expected a multiple of 4 for the position table.",
                "Depth is 0; expected 1 to 256.",
                "EmbeddingWidth is 386; expected a multiple of Heads, 5.",
                "RegisterTokens is -1; expected 0 to 1024.",
                "DropoutRate is 1; expected at least 0 and less than 1.",
                "AttentionDropoutRate is -0.5; expected at least 0 and less than 1.",
                "StochasticDepthRate is NaN; expected at least 0 and less than 1.",
            ],
            error.Faults);
        Assert.StartsWith("ScottArchitecture is not valid, 9 faults:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(16384, 8.0, 64)]
    [InlineData(16384, 1.0, 8192)]
    public void Validate_WeightLargerThanAnArray_IsAFaultAndNotAnOverflow(int width, double ratio, int image)
    {
        var architecture = new ScottArchitecture { EmbeddingWidth = width, FeedForward = FeedForwardKind.Mlp, MlpRatio = ratio, ImagePixels = image };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(architecture.Validate);
        Assert.StartsWith("One weight would have ", Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_SwiGluTooNarrow_SaysSo()
    {
        var narrow = new ScottArchitecture { EmbeddingWidth = 24 };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(narrow.Validate);
        Assert.Equal(["EmbeddingWidth is 24; SwiGLU needs more than 24, or its hidden width rounds to 0."], error.Faults);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(double.NaN)]
    [InlineData(65)]
    [InlineData(0.0001)]
    public void Validate_MlpRatioOutOfRange_SaysSo(double ratio)
    {
        var architecture = new ScottArchitecture { FeedForward = FeedForwardKind.Mlp, MlpRatio = ratio };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(architecture.Validate);
        Assert.Contains("MlpRatio", Assert.Single(error.Faults), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(384, 1024)]
    [InlineData(192, 512)]
    [InlineData(48, 128)]
    [InlineData(72, 256)] // 8·72/3/128 = 1.5, half to even
    [InlineData(120, 256)] // 2.5, half to even
    public void FeedForwardWidth_SwiGlu_RoundsHalfToEven(int width, int expected) =>
        Assert.Equal(expected, new ScottArchitecture { EmbeddingWidth = width }.FeedForwardWidth);

    [Fact]
    public void Json_AnyArchitecture_RoundTrips()
    {
        Gen<ScottArchitecture> generator =
            from tokenizer in Gen.Elements(TokenizerKind.Scott, TokenizerKind.Vit)
            from feedForward in Gen.Elements(FeedForwardKind.SwiGlu, FeedForwardKind.Mlp)
            from grid in Gen.Choose(1, 20)
            from headWidth in Gen.Choose(8, 32)
            from depth in Gen.Choose(1, 30)
            from registers in Gen.Choose(0, 8)
            from rate in Gen.Choose(0, 999)
            select new ScottArchitecture
            {
                Tokenizer = tokenizer,
                FeedForward = feedForward,
                ImagePixels = 16 * grid,
                EmbeddingWidth = 16 * headWidth,
                Heads = 4,
                Depth = depth,
                RegisterTokens = registers,
                DropoutRate = rate / 1000.0,
                MlpRatio = 1 + (rate / 1000.0),
            };
        Prop.ForAll(generator.ToArbitrary(), architecture => ScottArchitecture.FromJson(architecture.ToJson()) == architecture)
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("{", "cannot be read")]
    [InlineData("null", "is null")]
    [InlineData("{\"tokenizer\":\"Scott\"}", "'imagePixels' is missing")]
    [InlineData("[]", "cannot be read")]
    public void FromJson_NotAnArchitecture_IsATypedError(string json, string expected) =>
        Assert.Contains(
            expected, Assert.Throws<ScottConfigurationException>(() => ScottArchitecture.FromJson(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void FromJson_UnknownMember_IsRefused()
    {
        string json = new ScottArchitecture().ToJson().Replace("{", "{\"rotary\":true,", StringComparison.Ordinal);
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(() => ScottArchitecture.FromJson(json));
        Assert.Contains("rotary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromJson_IllegalSetting_IsValidated()
    {
        string json = (new ScottArchitecture() with { Heads = 4 }).ToJson().Replace("\"heads\":4", "\"heads\":7", StringComparison.Ordinal);
        Assert.Throws<ScottConfigurationException>(() => ScottArchitecture.FromJson(json));
    }
}

using Scott.Models.Hosting;
using Scott.Models.Zoo;

namespace Scott.Models.Tests.Hosting;

public sealed class ScottFeatureExtractorOptionsTests
{
    [Fact]
    public void Defaults_AreTheseAndLegal()
    {
        var options = new ScottFeatureExtractorOptions();
        Assert.Equal(("scott-mini-112-distilled", null, true), (options.ModelId, options.ModelPath, options.LoadAtStartup));
        Assert.Equal(
            new ZooOptions(), options.Zoo with { OpenEmbedded = new ZooOptions().OpenEmbedded, WrapPartStream = new ZooOptions().WrapPartStream });
        options.Validate();
    }

    [Fact]
    public void Validate_Illegal_ListsEveryFault()
    {
        var options = new ScottFeatureExtractorOptions { ModelId = string.Empty, Zoo = null!, Extraction = null! };
        Assert.Equal(
            [
                "ModelId is empty; expected a pretrained model's id, a file in ModelPath, or a repository in HuggingFaceRepository.",
                "Zoo is null; expected options.",
                "Extraction is null; expected options.",
            ],
            Assert.Throws<ScottConfigurationException>(options.Validate).Faults);
    }

    [Theory]
    [InlineData("x.safetensors", "timm/tiny", null, "ModelPath and HuggingFaceRepository are both set; expected one of them.")]
    [InlineData(null, "a b", null, "HuggingFaceRepository is 'a b'; expected one such as timm/vit_small_patch14_dinov2.lvd142m.")]
    [InlineData(null, "timm/tiny", "../x", "HuggingFaceRevision is '../x'; expected a branch, a tag or a commit.")]
    [InlineData(null, null, "main", "HuggingFaceRevision is set; expected HuggingFaceRepository with it.")]
    public void Validate_IllegalHubModel_IsRefused(string? path, string? repository, string? revision, string fault)
    {
        var options = new ScottFeatureExtractorOptions { ModelPath = path, HuggingFaceRepository = repository, HuggingFaceRevision = revision };
        Assert.Equal([fault], Assert.Throws<ScottConfigurationException>(options.Validate).Faults);
    }
}

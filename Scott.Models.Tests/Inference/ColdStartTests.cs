using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

public sealed class ColdStartTests
{
    /// <summary>Errors of the cold start do not show, so a damaged image would only make it useless.</summary>
    [Fact]
    public async Task PrepareAnImage_ItsOwn_IsDecodedToNumbersThatDiffer()
    {
        float[] values = await ColdStart.PrepareAnImageAsync(PreprocessingSpec.ForImage(32));
        Assert.All(values, value => Assert.True(float.IsFinite(value)));
        Assert.True(values.Distinct().Count() > 2);
    }
}

using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class PretrainingRecipeTests
{
    [Fact]
    public void Reference_IsTheDefaults()
    {
        Assert.Equal(new PretrainingOptions(), PretrainingRecipe.Reference.Options);
        Assert.Equal(new AugmentationSpec(), PretrainingRecipe.Reference.Augmentation);
    }

    [Fact]
    public void Short_Differs_InTheseAlone()
    {
        Assert.Equal(new PretrainingOptions { Epochs = 50, BatchSize = 16, PeakLearningRate = 3e-4 }, PretrainingRecipe.Short.Options);
        Assert.Equal(new AugmentationSpec { ColorMode = ViewColorMode.None }, PretrainingRecipe.Short.Augmentation);
    }

    [Fact]
    public void ImageLevel_DiffersFromShort_InTheseAlone()
    {
        PretrainingOptions expected = PretrainingRecipe.Short.Options with
        {
            BatchSize = 32,
            PeakLearningRate = 1e-3,
            ImageLevel = new ImageLevelWeights { Invariance = 0.2, Variance = 0.2, Covariance = 0.02 },
        };
        Assert.Equal(expected, PretrainingRecipe.ImageLevel.Options);
        Assert.Equal(PretrainingRecipe.Short.Augmentation, PretrainingRecipe.ImageLevel.Augmentation);
    }

    [Fact]
    public void Get_EveryName_FindsALegalRecipe()
    {
        Assert.Equal(["reference", "short", "image-level"], PretrainingRecipe.All.Select(recipe => recipe.Name));
        foreach (PretrainingRecipe recipe in PretrainingRecipe.All)
        {
            Assert.Same(recipe, PretrainingRecipe.Get(recipe.Name));
            recipe.Options.Validate();
            recipe.Augmentation.Validate();
        }
    }

    [Fact]
    public void Get_UnknownName_ListsThoseThereAre()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => PretrainingRecipe.Get("long"));
        Assert.Contains("no recipe 'long'; expected one of reference, short, image-level", error.Message, StringComparison.Ordinal);
    }
}

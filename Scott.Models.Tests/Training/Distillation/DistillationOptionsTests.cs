using System.Text.Json;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class DistillationOptionsTests
{
    [Fact]
    public void Defaults_AreTheDocumentedOnes()
    {
        var options = new DistillationOptions();
        options.Validate();
        Assert.Equal((50, 32, 1, 47L), (options.Epochs, options.BatchSize, options.AccumulatedBatches, options.Seed));
        Assert.Equal((1e-3, 0.05, 1e-6, 0.04), (options.PeakLearningRate, options.WarmupRatio, options.FinalLearningRate, options.WeightDecay));
        Assert.Equal((TeacherView.WholeImage, 4, DistillationLossKind.Cosine), (options.TeacherView, options.CropsPerImage, options.VectorLoss));
        Assert.Equal((1.0, 0.0, 0.0, 0.0), (options.VectorWeight, options.TokenWeight, options.RelationWeight, options.JepaWeight));
        DistillationBuilder.DefaultAugmentation.Validate();
    }

    [Fact]
    public void Validate_EverythingWrong_ListsEveryFault()
    {
        var options = new DistillationOptions
        {
            Watched = (WatchedFigure)9,
            TeacherView = (TeacherView)9,
            VectorLoss = (DistillationLossKind)9,
            CropsPerImage = 0,
            PeakLearningRate = 0,
            WeightDecay = -1,
            VectorWeight = double.NaN,
            TokenWeight = -1,
            RelationWeight = -1,
            JepaWeight = double.PositiveInfinity,
        };
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(options.Validate);
        Assert.Equal(
            [
                "Watched is 9; expected Auto, EffectiveRank, NeighborAccuracy or LinearAccuracy.",
                "TeacherView is 9; expected WholeImage or SameCrop.",
                "VectorLoss is 9; expected Cosine or SmoothL1.",
                "CropsPerImage is 0; expected 1 to 1000.",
                "PeakLearningRate is 0; expected more than 0.",
                "WeightDecay is -1; expected at least 0.",
                "VectorWeight is NaN; expected at least 0.",
                "TokenWeight is -1; expected at least 0.",
                "RelationWeight is -1; expected at least 0.",
                "JepaWeight is ∞; expected at least 0.",
                "VectorWeight, TokenWeight and RelationWeight are all 0; expected at least one above 0.",
            ],
            error.Faults.Select(fault => fault.Replace("Infinity", "∞", StringComparison.Ordinal)));
    }

    /// <summary>The text identifies stored features of the teacher.</summary>
    [Fact]
    public void ViewIdentity_WithoutTurns_IsTheTextOfEarlierVersions()
    {
        var options = new DistillationOptions { TeacherView = TeacherView.SameCrop };
        string Identify(AugmentationSpec augmentation) => options.ViewIdentityWith(
            JsonSerializer.Serialize(augmentation, TrainingJsonContext.Default.AugmentationSpec));
        Assert.Contains("\"flipProbability\":0.5,\"colorMode\":", Identify(new AugmentationSpec()), StringComparison.Ordinal);
        Assert.Contains(
            "\"verticalFlipProbability\":0,\"quarterTurnProbability\":0.5,",
            Identify(new AugmentationSpec { QuarterTurnProbability = 0.5 }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_RelationOfOneImage_IsRefused()
    {
        ScottConfigurationException error = Assert.Throws<ScottConfigurationException>(
            () => new DistillationOptions { RelationWeight = 1, BatchSize = 1 }.Validate());
        Assert.Contains("compares the images of a batch", error.Message, StringComparison.Ordinal);
    }
}

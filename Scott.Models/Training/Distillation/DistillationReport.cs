namespace Scott.Models.Training;

/// <summary>What the report of a distillation run shows.</summary>
internal static class DistillationReport
{
    public static ReportLayout<DistillationRecord> CreateLayout(string modelId, string teacher, int images) => new()
    {
        Title = $"Distillation of {teacher} into {modelId}",
        Subtitle = $"On {Plural.Of(images, "image")}",
        Figures =
        [
            new("loss", "loss", record => record.Loss),
            new("losses/vectors", "vectors", record => record.VectorLoss),
            new("losses/tokens", "tokens", record => record.TokenLoss),
            new("losses/relations", "relations", record => record.RelationLoss),
            new("losses/jepa", "MIM-JEPA", record => record.JepaLoss),
            new("learning_rate", "learning rate", record => record.LearningRate),
            .. FeatureFigures.Of<DistillationRecord>(),
            new("gradients/student", "student", record => record.StudentGradient),
            new("gradients/heads", "projections", record => record.HeadGradient),
            new("images_per_second", "images/s", record => record.ImagesPerSecond),
        ],
        Charts =
        [
            FeatureFigures.AccuracyChart,
            new("Terms of the loss", "0 in the first three means that the student says what the teacher says.", "loss",
                ["losses/vectors", "losses/tokens", "losses/relations", "losses/jepa"]),
            FeatureFigures.RankChart("1 is collapse."),
            FeatureFigures.SpreadChart,
            new("Gradients", "The mean length over the epoch's steps.", "norm", ["gradients/student", "gradients/heads"], IsLogarithmic: true),
            new("Learning rate", "At the end of each epoch.", "", ["learning_rate"]),
            new("Speed", "Training and loading, without evaluation.", "images/s", ["images_per_second"]),
        ],
        Columns =
        [
            ("vectors", "losses/vectors"), ("effective rank", "health/effective_rank"), ("mean cosine", "health/mean_cosine"),
            .. FeatureFigures.AccuracyColumns,
        ],
        Facts = FeatureFigures.Facts,
    };
}

using Scott.Models.Metrics;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class EvaluationJsonTests
{
    [Fact]
    public void ToJson_KnownResult_IsThisText()
    {
        var metrics = ClassificationMetrics.FromProbabilities([1, 0], [0], ["a", "b"]);
        ProbeResult attentive = new(ClassifierHead.SimpleAttentive, metrics, metrics) { TrainingTop1 = 0.5 };
        var result = new EvaluationResult
        {
            TrainingImages = 9,
            Neighbors = new ProbeResult(null, metrics, metrics),
            Linear = new ProbeResult(ClassifierHead.Linear, metrics, metrics) { TrainingTop1 = 1 },
            LinearPenalty = 0.001,
            AttentiveRepeats = [[attentive]],
            Selected = attentive,
            FewShot = [new FewShotResult(2, 5, new MeanAndDeviation(0.25, 0), new MeanAndDeviation(1, 0.125))],
            Health = new FeatureHealth(0.5, 3, 2, -0.25),
        };
        string json = result.ToJson();
        Assert.StartsWith(
            """
            {
              "trainingImages": 9,
              "validationImages": 1,
              "testImages": 1,
              "classNames": [
                "a",
                "b"
              ],
              "selected": "simpleAttentive",
              "linearPenalty": 0.001,
              "fewShot": [
                {
                  "perClass": 2,
                  "repeats": 5,
                  "neighbors": {
                    "mean": 0.25,
                    "standardDeviation": 0
                  },
                  "linear": {
                    "mean": 1,
                    "standardDeviation": 0.125
                  }
                }
              ],
              "health": {
                "standardDeviation": 0.5,
                "effectiveRank": 3,
                "centeredRank": 2,
                "meanCosine": -0.25
              },
              "probes": [
                {
                  "probe": "nearestNeighbors",
                  "validation": {
                    "images": 1,
                    "top1": 1,
            """.ReplaceLineEndings("\n"),
            json,
            StringComparison.Ordinal);
        Assert.Contains(
            """
                {
                  "probe": "simpleAttentive",
                  "trainingTop1": 0.5,
                  "validation": {
            """.ReplaceLineEndings("\n"),
            json,
            StringComparison.Ordinal);
        Assert.EndsWith(
            """
                    "confusion": [
                      [1, 0],
                      [0, 0]
                    ]
                  }
                }
              ]
            }

            """.ReplaceLineEndings("\n"),
            json,
            StringComparison.Ordinal);
    }
}

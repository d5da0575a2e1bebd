using Scott.Models.Metrics;

namespace Scott.Models.Tests.Metrics;

public sealed class MetricsJsonTests
{
    [Fact]
    public void ToJson_SmallMatrix_IsThisText() => Assert.Equal(
        """
        {
          "images": 3,
          "top1": 0.6666666666666666,
          "top5": 1,
          "meanPerClassTop1": 0.5,
          "calibrationError": 0.25,
          "classes": [
            {
              "name": "rosé & \"ash\"",
              "images": 2,
              "correct": 2,
              "predicted": 3,
              "recall": 1,
              "precision": 0.6666666666666666
            },
            {
              "name": "b",
              "images": 1,
              "correct": 0,
              "predicted": 0,
              "recall": 0,
              "precision": null
            }
          ],
          "confusion": [
            [2, 0],
            [1, 0]
          ]
        }

        """.ReplaceLineEndings("\n"),
        ClassificationMetrics.FromProbabilities([1, 0, 0.75f, 0.25f, 0.5f, 0.5f], [0, 0, 1], ["rosé & \"ash\"", "b"]).ToJson());
}

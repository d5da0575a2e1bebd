using ImageSearch.Images;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace ImageSearch.Anomalies;

/// <summary>Scores an image by what was learned, and draws where it deviates. Thread-safe.</summary>
internal sealed class AnomalyScorer(AnomalyLearner learner, FeatureExtractor extractor, DecodingBudget budget)
{
    private const int ShownPixels = 720;

    /// <exception cref="RefusedException">Nothing is learned yet.</exception>
    /// <exception cref="Scott.Models.ImageFormatException">The image cannot be decoded.</exception>
    public async Task<AnomalyAnswer> ScoreAsync(ReadOnlyMemory<byte> image, CancellationToken cancellationToken)
    {
        // The whole image counts, also of a large one: a defect may be at its border.
        using DecodingTurn turn = await budget.EnterAsync(image, "your image", cancellationToken, isWhole: true);
        (AnomalyResult result, float threshold) = await ScoreAsync(turn.Source, cancellationToken);
        RgbImage whole = await ImageDecoder.DecodeAsync(turn.Source, extractor.Options.Decoding, cancellationToken);
        RgbImage shown = JpegThumbnail.Fit(whole, ShownPixels);
        return new AnomalyAnswer(result.Score, threshold, result.IsAnomalous, DataUri(shown), DataUri(result.Draw(shown)));
    }

    private async Task<(AnomalyResult Result, float Threshold)> ScoreAsync(ImageSource image, CancellationToken cancellationToken)
    {
        while (true)
        {
            AnomalyDetector detector = learner.Detector;
            try
            {
                return (await detector.ScoreAsync(image, cancellationToken), detector.Threshold);
            }
            catch (ObjectDisposedException) when (learner.Detector != detector)
            {
                // Another one was learned just now, which scores it.
            }
        }
    }

    private static string DataUri(RgbImage image) =>
        $"data:{JpegThumbnail.MediaType};base64,{Convert.ToBase64String(JpegThumbnail.Encode(image, ShownPixels))}";
}

using ExtractFeatures.Running;
using Scott.Models.Imaging;
using Scott.Models.Inference;

namespace ExtractFeatures.Images;

/// <summary>The two sheets: what the patch tokens tell apart, and where the attention goes.</summary>
internal static class Sheets
{
    public static IEmbeddingSink Pca(string path, ImagePreprocessor preprocessor) =>
        new SheetSink<PatchTokens>(path, preprocessor, embedding => embedding.Tokens!, entries =>
        {
            // One fit over all of them, so that a color means the same in each.
            var pca = PatchPca.Fit([.. entries.Select(entry => entry.Kept)]);
            return entries.Select(entry => pca.ToImage(entry.Kept, ImageSheet.CellPixels));
        });

    public static IEmbeddingSink Attention(string path, ImagePreprocessor preprocessor) =>
        new SheetSink<float[]>(path, preprocessor, embedding => embedding.Attention!.ReceivedByPatch(), entries =>
            entries.Select(entry => AttentionOverlay.Draw(entry.Image, entry.Kept)));
}

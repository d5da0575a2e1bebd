using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Inference;

/// <summary>Learns from normal images: reads their patches, finds the threshold by cross-validation, and selects the patches to keep.</summary>
/// <remarks>
/// PatchCore, sections 3.1 to 3.3. The paper states no threshold. Here each image is scored by what is learned from the other folds, so that every
/// image counts (Vovk, "Cross-conformal predictors", 2015). The kept patches then come from all images: on average a normal image is nearer to them,
/// so the stated rate errs on the safe side. One thing comes from all folds: the mean and divisor of
/// <see cref="PatchScaling.Standardized"/>. Runs once.
/// </remarks>
internal sealed class AnomalyTrainer(
    PatchFeatures patches, AnomalyOptions options, IProgress<AnomalyProgress>? progress, CancellationToken cancellationToken)
{
    private const int Folds = 5;

    /// <summary>From how many patches the kept ones are selected, unless more are kept: a random share, if the images have more.</summary>
    private const int UsualCandidates = 100_000;

    private readonly List<float[]> _images = [];
    private readonly List<UnreadableImage> _unreadable = [];

    public IReadOnlyList<UnreadableImage> Unreadable => _unreadable.AsReadOnly();

    public async Task<AnomalyKnowledge> LearnAsync(FeatureExtractor extractor, IReadOnlyList<ImageSource> images)
    {
        if (images.Count == 0)
        {
            throw new AnomalyTrainingException(AnomalyTrainingFault.NoImages, "there are no normal images. Give at least 2.", 0, 0)
            {
                RequiredImages = 2,
            };
        }

        await foreach (ImageEmbedding image in extractor.EmbedBatchAsync(images, null, cancellationToken).ConfigureAwait(false))
        {
            Take(image);
            Report(AnomalyStage.Reading, _images.Count + _unreadable.Count, images.Count);
        }

        RequireEnough();
        return await Task.Run(Learn, cancellationToken).ConfigureAwait(false);
    }

    private void Take(ImageEmbedding image)
    {
        if (image.Error is FeatureException)
            throw NotFinite(image.Name);

        if (!image.IsSuccess)
        {
            _unreadable.Add(new UnreadableImage(image.Name, image.Error!));
            return;
        }

        float[] features = patches.Of(image);
        _images.Add(PatchFeatures.AreLegal(features) ? features : throw NotFinite(image.Name));
    }

    private AnomalyTrainingException NotFinite(string image) => new(
        AnomalyTrainingFault.Features, $"for '{image}' the model computes numbers that are not finite, or too large. Check the model's weights.",
        _images.Count, _unreadable.Count);

    private void RequireEnough()
    {
        int required = options.RequiresFalseAlarmRate ? Math.Max(2, AnomalyThreshold.RequiredImages(options.FalseAlarmRate)) : 2;
        if (_images.Count >= required)
            return;

        UnreadableImage? first = _unreadable.FirstOrDefault();
        string found = first is null
            ? FormattableString.Invariant($"there {(_images.Count == 1 ? "is" : "are")} {Plural.Of(_images.Count, "normal image")}.")
            : $"{_images.Count} of {Plural.Of(_images.Count + _unreadable.Count, "image")} can be read; the first error: {first.Error.Message}";
        string advice = required > 2
            ? FormattableString.Invariant($" A false-alarm rate of {options.FalseAlarmRate} needs {required}: give more, ")
                + "set a higher FalseAlarmRate, or set RequiresFalseAlarmRate to false."
            : " Give at least 2 that can be read.";
        AnomalyTrainingFault fault = _images.Count == 0 ? AnomalyTrainingFault.AllUnreadable : AnomalyTrainingFault.TooFewImages;
        throw new AnomalyTrainingException(fault, found + advice, _images.Count, _unreadable.Count, first?.Error) { RequiredImages = required };
    }

    private AnomalyKnowledge Learn()
    {
        PatchStandardization? standardization = patches.Standardize(_images);
        Parallel.ForEach(_images, image => standardization?.Apply(image));
        int[] candidates = Candidates();
        float[] projected = Coreset.Project([.. candidates.Select(Row)], patches.Width, Random("projection"), cancellationToken);
        float[][] scores = ScoreHeldOut(candidates, projected);
        float[] all = [.. scores.SelectMany(image => image).Order()];
        int[] kept = Select(candidates, projected, _ => true, count => Report(AnomalyStage.Selecting, count, options.BankPatches));
        Report(AnomalyStage.Selecting, options.BankPatches, options.BankPatches);
        return new AnomalyKnowledge
        {
            Bank = Bank(kept),
            Standardization = standardization,
            Threshold = AnomalyThreshold.Choose([.. scores.Select(image => image.Max())], options.FalseAlarmRate),
            NormalPatchScore = all[all.Length / 2],
            Images = _images.Count,
        };
    }

    /// <summary>The scores of each image's patches by a bank of the other folds.</summary>
    private float[][] ScoreHeldOut(int[] candidates, float[] projected)
    {
        int[] order = [.. Enumerable.Range(0, _images.Count)];
        Random("folds").Shuffle(order);
        int[] fold = new int[order.Length];
        for (int i = 0; i < order.Length; i++)
            fold[order[i]] = i % Folds;

        var scores = new float[_images.Count][];
        int done = 0;
        for (int held = 0; held < Math.Min(Folds, _images.Count); held++)
        {
            PatchBank bank = Bank(Select(candidates, projected, image => fold[image] != held, null));
            foreach (int image in Enumerable.Range(0, _images.Count).Where(image => fold[image] == held))
            {
                cancellationToken.ThrowIfCancellationRequested();
                scores[image] = bank.Score(_images[image]);
                Report(AnomalyStage.Calibrating, ++done, _images.Count);
            }
        }

        return scores;
    }

    /// <summary>The patches that can be selected, by their number over all images, ascending.</summary>
    private int[] Candidates()
    {
        int[] all = [.. Enumerable.Range(0, _images.Sum(image => image.Length / patches.Width))];
        int most = Math.Max(UsualCandidates, options.BankPatches);
        if (all.Length <= most)
            return all;

        Random("candidates").Shuffle(all);
        return [.. all.Take(most).Order()];
    }

    /// <summary>Selects among the candidates of some images.</summary>
    private int[] Select(int[] candidates, float[] projected, Func<int, bool> isIncluded, Action<int>? selecting)
    {
        int width = projected.Length / candidates.Length;
        int[] included = [.. Enumerable.Range(0, candidates.Length).Where(i => isIncluded(ImageOf(candidates[i])))];
        float[] rows = new float[included.Length * width];
        for (int i = 0; i < included.Length; i++)
            projected.AsSpan(included[i] * width, width).CopyTo(rows.AsSpan(i * width));

        List<int> selected = Coreset.Select(rows, width, options.BankPatches, Random("first patch"), selecting, cancellationToken);
        return [.. selected.Select(i => candidates[included[i]])];
    }

    private PatchBank Bank(int[] kept)
    {
        float[] rows = new float[kept.Length * patches.Width];
        for (int i = 0; i < kept.Length; i++)
            Row(kept[i]).Span.CopyTo(rows.AsSpan(i * patches.Width));

        return new PatchBank(rows, patches.Width, options.Neighbors);
    }

    private int ImageOf(int patch) => patch / (_images[0].Length / patches.Width);

    private ReadOnlyMemory<float> Row(int patch)
    {
        int perImage = _images[0].Length / patches.Width;
        return _images[patch / perImage].AsMemory(patch % perImage * patches.Width, patches.Width);
    }

    private DeterministicRandom Random(string stream) => new(unchecked((ulong)options.Seed), $"anomalies, {stream}");

    private void Report(AnomalyStage stage, int completed, int total) => progress?.Report(new AnomalyProgress(stage, completed, total));
}

using Scott.Models.Foundation;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Measures every row of the table with every seed, and writes the table. Finished figures are kept: a run resumes after them.</summary>
internal sealed class ProtocolRun
{
    private readonly ProtocolOptions _options;
    private readonly ProtocolImages _images;
    private readonly PreprocessingSpec _preprocessing; // of every row but the twin, so that only the weights differ
    private readonly Screen _screen;
    private readonly UnreadableNotes _unreadable;

    private ProtocolRun(ProtocolOptions options, ProtocolImages images, PreprocessingSpec preprocessing, Screen screen)
    {
        (_options, _images, _preprocessing, _screen) = (options, images, preprocessing, screen);
        _unreadable = new UnreadableNotes(screen);
    }

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ProtocolOptions options, Screen screen, CancellationToken cancellationToken)
    {
        options.Validate();
        ScottModel? model = await FindAsync(options.Model, options.Architecture, screen, cancellationToken);
        await FindAsync(options.TwinModel, options.TwinArchitecture, screen, cancellationToken);
        PreprocessingSpec preprocessing =
            model?.Preprocessing ?? PreprocessingSpec.ForImage(ScottArchitectures.Get(options.Architecture).ImagePixels);
        ProtocolImages images = await ProtocolImages.OpenAsync(options, preprocessing, screen, cancellationToken);
        RequireTokens(options, images);
        return await new ProtocolRun(options, images, preprocessing, screen).RunAsync(cancellationToken);
    }

    /// <summary>Probes keep the tokens of all images, so that too many images must show before a pre-training of hours.</summary>
    /// <exception cref="UsageException">The tokens do not fit into one array.</exception>
    private static void RequireTokens(ProtocolOptions options, ProtocolImages images)
    {
        ScottArchitecture architecture = ScottArchitectures.Get(options.Architecture);
        int most = Math.Max(images.Labeled, images.Test.Count);
        long numbers = (long)most * architecture.Patches * architecture.EmbeddingWidth;
        bool isProbed = options.Rows.Any(row => row is ProtocolRow.Untrained or ProtocolRow.Frozen or ProtocolRow.Twin);
        Check.That(
            !isProbed || numbers <= Array.MaxLength,
            $"The patch tokens of {Plural.Of(most, "image")} are {numbers} numbers; probes can learn from at most {Array.MaxLength}. "
                + "Use fewer images, or only the rows scratch and finetuned with --rows.");
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var files = new ProtocolFiles(_options, _images, _preprocessing, _screen);
        await files.RequireSameSettingsAsync(cancellationToken);
        var table = new ProtocolTable(_options, _images);
        try
        {
            await ImageInputs.CheckTestAsync(_images.Test, _images.Training, _preprocessing, _options.Run, _screen, cancellationToken);
            foreach (ProtocolRow row in _options.Rows.Distinct())
            {
                // Frozen features of one model are computed once for all seeds, which see the same views.
                bool areTogether = row is ProtocolRow.Frozen or ProtocolRow.Twin;
                while (files.Missing(row, areTogether) is { Seeds.Length: > 0 } next)
                {
                    string model = await FindModelAsync(row, cancellationToken);
                    string? hash = await files.HashModelAsync(row, cancellationToken);
                    IReadOnlyList<ProtocolFigures> measured = next.Images is { } images
                        ? await ProbeAsync(row, model, next.Seeds, images, cancellationToken)
                        : [await TrainAsync(row, model, next.Seeds.Single(), cancellationToken)];
                    foreach (ProtocolFigures figures in measured)
                        await files.WriteAsync(figures with { ModelHash = hash });

                    await table.WriteAsync(await files.ReadAllAsync(cancellationToken), cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            bool isSaved = files.HasFigures || Directory.EnumerateDirectories(_options.OutputPath).Any(Interruption.HasSaved);
            return Interruption.Report(_options.OutputPath, isSaved, _options.Command, _screen);
        }

        IReadOnlyList<ProtocolFigures> all = await files.ReadAllAsync(cancellationToken);
        await table.WriteAsync(all, cancellationToken);
        _screen.Print(table.ToMarkdown(all));
        _screen.Result(table.ToJson(all));
        return all.Any(figures => figures.Unreadable > 0) ? ExitCode.SomeSkipped : ExitCode.Success;
    }

    /// <summary>The model in a file that was given.</summary>
    /// <exception cref="UsageException">It is another network than the one it is compared with.</exception>
    private static async Task<ScottModel?> FindAsync(string? path, string? architecture, Screen screen, CancellationToken cancellationToken)
    {
        if (path is null || architecture is null)
            return null;

        ScottModel model = await NamedModel.LoadAsync(path, InferenceChoices.Seed, screen, cancellationToken);
        Check.That(
            model.Architecture == ScottArchitectures.Get(architecture),
            $"'{path}' is not a {architecture}. The table compares ways to use one network; --architecture chooses it.");
        return model;
    }

    /// <summary>The model of a row. Pre-trains if no file was given and no run is finished. A training from scratch takes the architecture and the
    /// preprocessing of a file.</summary>
    private async Task<string> FindModelAsync(ProtocolRow row, CancellationToken cancellationToken)
    {
        if (row is ProtocolRow.Untrained || (row is ProtocolRow.Scratch && _options.Model is null))
            return NamedModel.Untrained(_options.Architecture);

        if (row is ProtocolRow.Scratch)
            return _options.Model!;

        if (_options.FileOf(row) is { } file)
            return file;

        PretrainOptions pretraining = _options.ToPretraining(row == ProtocolRow.Twin ? _options.TwinArchitecture! : _options.Architecture);
        string finished = Path.Combine(pretraining.OutputPath, WrittenFiles.ModelFile);
        return File.Exists(finished) ? finished : (await new PretrainRun(pretraining, _screen).CarryOutAsync(cancellationToken)).ModelPath;
    }

    private async Task<ProtocolFigures> TrainAsync(ProtocolRow row, string model, long seed, CancellationToken cancellationToken)
    {
        FineTuned choice = await TrainAsync(_options.ToFineTuning(row, model, seed, epochs: null), cancellationToken);
        BestEpoch best = choice.Result.BestEpoch;
        FineTuned tuned = await TrainAsync(_options.ToFineTuning(row, model, seed, best.Epoch), cancellationToken);
        TestResult test = tuned.Test!;
        _unreadable.Add(test.Skipped);
        _unreadable.Print();
        return new ProtocolFigures(row, seed, Named(test.Metrics.Top1), Named(best.Figure))
        {
            Epochs = best.Epoch,
            Unreadable = (int)test.Skipped.Count,
        };

        static Dictionary<string, double> Named(double top1) => new() { [ProtocolTable.Trained] = top1 };
    }

    private Task<FineTuned> TrainAsync(FineTuneOptions training, CancellationToken cancellationToken) =>
        new FineTuneRun(training, _screen).CarryOutAsync(checksTest: false, cancellationToken);

    private async Task<IReadOnlyList<ProtocolFigures>> ProbeAsync(
        ProtocolRow row, string model, long[] seeds, ProbeImages images, CancellationToken cancellationToken)
    {
        // The other probes see each image as it is, so the first part of a row has them.
        bool isFirst = images == _options.ProbeKinds.First();
        EvaluationResult result = await EvaluateAsync(row, model, seeds, images, isFirst ? _images.FewShot : [], cancellationToken);
        return [.. seeds.Select((seed, repeat) => FiguresOf(row, seed, repeat, images, isFirst, result) with { Unreadable = _unreadable.Count })];
    }

    private static ProtocolFigures FiguresOf(ProtocolRow row, long seed, int repeat, ProbeImages images, bool isFirst, EvaluationResult result)
    {
        (string Name, ProbeResult Probe)[] probes =
        [
            .. isFirst ? [(ProtocolTable.Neighbors, result.Neighbors), (ProtocolTable.Ridge, result.Linear)] : ((string, ProbeResult)[])[],
            .. result.AttentiveRepeats[repeat].Select(probe => (ProtocolTable.NameOf(probe, images), probe)),
        ];
        var test = probes.ToDictionary(each => each.Name, each => each.Probe.Test.Top1);
        foreach (FewShotResult few in result.FewShot)
        {
            test[ProtocolTable.NameOf(few, ProtocolTable.Neighbors)] = few.Neighbors.Mean;
            test[ProtocolTable.NameOf(few, ProtocolTable.Ridge)] = few.Linear.Mean;
        }

        return new ProtocolFigures(row, seed, test, probes.ToDictionary(each => each.Name, each => each.Probe.Validation.Top1)) { Images = images };
    }

    private async Task<EvaluationResult> EvaluateAsync(
        ProtocolRow row, string model, long[] seeds, ProbeImages images, IReadOnlyList<int> fewShot, CancellationToken cancellationToken)
    {
        ScottModel loaded = await NamedModel.LoadAsync(model, seeds[0], _screen, cancellationToken);
        loaded = row == ProtocolRow.Untrained ? loaded.WithPreprocessing(_preprocessing) : loaded;
        EvaluationBuilder evaluation = loaded.Evaluate(_images.Training, _images.Test)
            .WithOptions(_options.ToEvaluation(seeds, images, fewShot))
            .UseDevice(_options.Run.Device)
            .WithLogger(_unreadable.Logger);
        if (_images.Validation is { } validation)
            evaluation.WithValidation(validation);

        string title = $"Probes of row {row}, {(seeds.Length > 1 ? "seeds" : "seed")} {string.Join(", ", seeds)}"
            + ProtocolTable.SuffixOf(images);
        EvaluationResult result = await ProgressBars.ShowAsync(_screen, title, report => evaluation.RunAsync(
            ProgressBars.Listen<EvaluationProgress>(value => report(ProgressBars.Words(value.Stage), value.Completed, value.Total)),
            cancellationToken));
        _unreadable.Print();
        return result;
    }
}

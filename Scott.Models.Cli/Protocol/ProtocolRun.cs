using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Measures every row of the table with every seed, and writes the table. Finished figures are kept: a run resumes after them.</summary>
internal sealed class ProtocolRun
{
    private readonly ProtocolOptions _options;
    private readonly ProtocolImages _images;
    private readonly Screen _screen;
    private readonly UnreadableNotes _unreadable;

    private ProtocolRun(ProtocolOptions options, ProtocolImages images, Screen screen) =>
        (_options, _images, _screen, _unreadable) = (options, images, screen, new UnreadableNotes(screen));

    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(ProtocolOptions options, Screen screen, CancellationToken cancellationToken)
    {
        options.Validate();
        ProtocolImages images = await ProtocolImages.OpenAsync(options, cancellationToken);
        return await new ProtocolRun(options, images, screen).RunAsync(cancellationToken);
    }

    private async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        await RequireArchitectureAsync(_options.Model, _options.Architecture, cancellationToken);
        await RequireArchitectureAsync(_options.TwinModel, _options.TwinArchitecture, cancellationToken);
        var files = new ProtocolFiles(_options, _images, _screen);
        await files.RequireSameSettingsAsync(cancellationToken);
        var table = new ProtocolTable(_options, _images);
        try
        {
            var preprocessing = PreprocessingSpec.ForImage(ScottArchitectures.Get(_options.Architecture).ImagePixels);
            await ImageInputs.CheckTestAsync(_images.Test, _images.Training, preprocessing, _options.Run, _screen, cancellationToken);
            foreach (ProtocolRow row in _options.Rows.Distinct())
            {
                // Frozen features of one model are computed once for all seeds, which see the same views.
                bool areTogether = row is ProtocolRow.Frozen or ProtocolRow.Twin;
                while (files.Missing(row, areTogether) is { Length: > 0 } seeds)
                {
                    string model = await FindModelAsync(row, cancellationToken);
                    string? hash = await files.HashModelAsync(row, cancellationToken);
                    foreach (ProtocolFigures figures in await MeasureAsync(row, model, seeds, cancellationToken))
                        await files.WriteAsync(figures with { ModelHash = hash }, cancellationToken);

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

    /// <exception cref="UsageException">A model file is another network than the one it is compared with.</exception>
    private async Task RequireArchitectureAsync(string? path, string? architecture, CancellationToken cancellationToken)
    {
        if (path is null || architecture is null)
            return;

        ScottModel model = await NamedModel.LoadAsync(path, InferenceChoices.Seed, _screen, cancellationToken);
        Check.That(
            model.Architecture == ScottArchitectures.Get(architecture),
            $"'{path}' is not a {architecture}. The table compares ways to use one network; --architecture chooses it.");
    }

    /// <summary>The model of a row. Pre-trains if no file was given and no run is finished.</summary>
    private async Task<string> FindModelAsync(ProtocolRow row, CancellationToken cancellationToken)
    {
        if (row is ProtocolRow.Untrained or ProtocolRow.Scratch)
            return NamedModel.Untrained(_options.Architecture);

        if (_options.FileOf(row) is { } file)
            return file;

        PretrainOptions pretraining = _options.ToPretraining(row == ProtocolRow.Twin ? _options.TwinArchitecture! : _options.Architecture);
        string finished = Path.Combine(pretraining.OutputPath, WrittenFiles.ModelFile);
        return File.Exists(finished) ? finished : (await new PretrainRun(pretraining, _screen).CarryOutAsync(cancellationToken)).ModelPath;
    }

    private async Task<IReadOnlyList<ProtocolFigures>> MeasureAsync(
        ProtocolRow row, string model, long[] seeds, CancellationToken cancellationToken) => row is ProtocolRow.Scratch or ProtocolRow.FineTuned
            ? [await TrainAsync(row, model, seeds.Single(), cancellationToken)]
            : await ProbeAsync(row, model, seeds, cancellationToken);

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

    private async Task<IReadOnlyList<ProtocolFigures>> ProbeAsync(ProtocolRow row, string model, long[] seeds, CancellationToken cancellationToken)
    {
        List<(ProbeImages Images, EvaluationResult Result)> results = [];
        foreach (ProbeImages images in _options.Probes.Distinct())
            results.Add((images, await EvaluateAsync(row, model, seeds, images, results.Count == 0 ? _images.FewShot : [], cancellationToken)));

        return [.. seeds.Select((seed, repeat) => FiguresOf(row, seed, repeat, results) with { Unreadable = _unreadable.Count })];
    }

    private static ProtocolFigures FiguresOf(ProtocolRow row, long seed, int repeat, List<(ProbeImages Images, EvaluationResult Result)> results)
    {
        (string Name, ProbeResult Probe)[] attentive = [.. results.SelectMany(
            each => each.Result.AttentiveRepeats[repeat].Select(probe => (ProtocolTable.NameOf(probe, each.Images), probe)))];
        EvaluationResult first = results[0].Result;
        (string Name, ProbeResult Probe)[] probes =
        [
            (ProtocolTable.Neighbors, first.Neighbors),
            (ProtocolTable.Ridge, first.Linear),
            .. attentive,

            // Validation images choose, also between what the probes learn from.
            (ProtocolTable.BestAttentive, attentive.MaxBy(each => each.Probe.Validation.Top1).Probe),
        ];
        var test = probes.ToDictionary(each => each.Name, each => each.Probe.Test.Top1);
        foreach (FewShotResult few in first.FewShot)
        {
            test[ProtocolTable.NameOf(few, ProtocolTable.Neighbors)] = few.Neighbors.Mean;
            test[ProtocolTable.NameOf(few, ProtocolTable.Ridge)] = few.Linear.Mean;
        }

        return new ProtocolFigures(row, seed, test, probes.ToDictionary(each => each.Name, each => each.Probe.Validation.Top1));
    }

    private async Task<EvaluationResult> EvaluateAsync(
        ProtocolRow row, string model, long[] seeds, ProbeImages images, IReadOnlyList<int> fewShot, CancellationToken cancellationToken)
    {
        ScottModel loaded = await NamedModel.LoadAsync(model, seeds[0], _screen, cancellationToken);
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

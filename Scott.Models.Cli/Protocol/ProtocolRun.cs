using System.Text.Json;
using Scott.Models.Datasets;
using Scott.Models.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Measures every row of the table with every seed, and writes the table. Finished figures are kept: a run resumes after them.</summary>
internal sealed class ProtocolRun(ProtocolOptions options, Screen screen)
{
    private const long FirstSeed = 47;
    private const string SettingsFile = "settings.json";

    private readonly List<ProtocolFigures> _done = [];

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        await RequireSameSettingsAsync(cancellationToken);
        try
        {
            foreach (ProtocolRow row in options.Rows)
            {
                string? model = await FindModelAsync(row, cancellationToken);
                for (int i = 0; i < options.Seeds; i++)
                    _done.Add(await FiguresAsync(row, model, FirstSeed + i, cancellationToken));

                await ProtocolTable.WriteAsync(options, _done, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Interruption.Report(options.OutputPath, options.Command, screen);
        }

        screen.Print(ProtocolTable.ToMarkdown(options, _done));
        screen.Result(ProtocolTable.ToJson(options, _done));
        return ExitCode.Success;
    }

    /// <exception cref="UsageException">The folder holds figures of other settings.</exception>
    private async Task RequireSameSettingsAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.OutputPath, SettingsFile);
        string settings = options.Fingerprint;
        if (File.Exists(path))
        {
            Check.That(
                await File.ReadAllTextAsync(path, cancellationToken) == settings,
                $"'{options.OutputPath}' holds figures of other settings; see '{path}'. Give the same options, or another folder with --output.");
        }

        Directory.CreateDirectory(options.OutputPath);
        await WholeFile.WriteTextAsync(path, settings, cancellationToken);
    }

    /// <summary>The model of a row: <see langword="null"/> for fresh weights. Pre-trains if no file was given and no run is finished.</summary>
    private async Task<string?> FindModelAsync(ProtocolRow row, CancellationToken cancellationToken)
    {
        if (row is ProtocolRow.Untrained or ProtocolRow.Scratch)
            return null;

        bool isTwin = row == ProtocolRow.Twin;
        if ((isTwin ? options.TwinModel : options.Model) is { } file)
            return file;

        PretrainOptions pretraining = options.ToPretraining(isTwin ? options.TwinArchitecture! : options.Architecture);
        string finished = Path.Combine(pretraining.OutputPath, WrittenFiles.ModelFile);
        return File.Exists(finished) ? finished : (await new PretrainRun(pretraining, screen).CarryOutAsync(cancellationToken)).ModelPath;
    }

    private async Task<ProtocolFigures> FiguresAsync(ProtocolRow row, string? model, long seed, CancellationToken cancellationToken)
    {
        string path = Path.Combine(options.OutputPath, $"{row}-{seed}.json");
        if (File.Exists(path))
            return JsonSerializer.Deserialize<ProtocolFigures>(await File.ReadAllTextAsync(path, cancellationToken))!;

        model ??= NamedModel.Untrained(options.Architecture);
        IReadOnlyDictionary<string, double> top1 = row is ProtocolRow.Scratch or ProtocolRow.FineTuned
            ? await TrainAsync(row, model, seed, cancellationToken)
            : await ProbeAsync(row, model, seed, cancellationToken);
        var figures = new ProtocolFigures(row, seed, top1);
        await WholeFile.WriteTextAsync(path, JsonSerializer.Serialize(figures), cancellationToken);
        return figures;
    }

    private async Task<IReadOnlyDictionary<string, double>> TrainAsync(
        ProtocolRow row, string model, long seed, CancellationToken cancellationToken)
    {
        FineTuned tuned = await new FineTuneRun(options.ToFineTuning(row, model, seed), screen).CarryOutAsync(cancellationToken);
        return new Dictionary<string, double> { [ProtocolTable.Trained] = tuned.Test!.Metrics.Top1 };
    }

    private async Task<IReadOnlyDictionary<string, double>> ProbeAsync(
        ProtocolRow row, string model, long seed, CancellationToken cancellationToken)
    {
        EvaluationResult plain = await EvaluateAsync(row, model, seed, augmentation: null, cancellationToken);
        EvaluationResult augmented = await EvaluateAsync(row, model, seed, new AugmentationSpec(), cancellationToken);
        var top1 = new Dictionary<string, double> { ["kNN"] = plain.Neighbors.Test.Top1, ["ridge"] = plain.Linear.Test.Top1 };
        foreach (ProbeResult probe in plain.Attentive)
            top1[ProtocolTable.NameOf(probe, isAugmented: false)] = probe.Test.Top1;
        foreach (ProbeResult probe in augmented.Attentive)
            top1[ProtocolTable.NameOf(probe, isAugmented: true)] = probe.Test.Top1;

        // Validation images choose, also between unchanged and augmented images.
        top1[ProtocolTable.BestAttentive] = plain.Attentive.Concat(augmented.Attentive).MaxBy(probe => probe.Validation.Top1)!.Test.Top1;
        foreach (FewShotResult few in plain.FewShot)
        {
            top1[ProtocolTable.NameOf(few, "kNN")] = few.Neighbors.Mean;
            top1[ProtocolTable.NameOf(few, "ridge")] = few.Linear.Mean;
        }

        return top1;
    }

    private async Task<EvaluationResult> EvaluateAsync(
        ProtocolRow row, string model, long seed, AugmentationSpec? augmentation, CancellationToken cancellationToken)
    {
        ScottModel loaded = await NamedModel.LoadAsync(model, seed, screen, cancellationToken);
        ImageFolder training = ImageFolder.OpenLabeled(options.Training);
        EvaluationBuilder evaluation = loaded.Evaluate(training, LabeledFolders.OpenTest(options.Test, training)!)
            .WithOptions(new EvaluationOptions
            {
                RefitsWithValidation = true,
                FewShotPerClass = augmentation is null ? options.FewShot : [],
                Probe = new ProbeOptions { Seed = seed, Epochs = options.ProbeEpochs, Augmentation = augmentation },
            })
            .UseDevice(options.Run.Device);
        if (LabeledFolders.OpenTest(options.Validation, training) is { } validation)
            evaluation.WithValidation(validation);

        string title = $"Probes of row {row}, seed {seed}{(augmentation is null ? string.Empty : ", augmented")}";
        return await ProgressBars.ShowAsync(screen, title, report => evaluation.RunAsync(
            ProgressBars.Listen<EvaluationProgress>(value => report(ProgressBars.Words(value.Stage), value.Completed, value.Total)),
            cancellationToken));
    }
}

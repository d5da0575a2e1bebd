using Scott.Models.Datasets;
using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Scott.Models.Training;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>A table of each model's accuracy with frozen features, with the spread over seeds.</summary>
internal sealed class EvaluateRun(EvaluateOptions options, Screen screen)
{
    private const long FirstSeed = 47;

    private readonly List<object> _results = [];
    private readonly UnreadableNotes _unreadable = new(screen);
    private readonly (string Name, Func<EvaluationResult, ProbeResult> Probe)[] _probes =
    [
        ("kNN", result => result.Neighbors),
        ("linear", result => result.Linear),
        ("simple attentive", result => result.Attentive.Single(probe => probe.Head == ClassifierHead.SimpleAttentive)),
        .. options.OnlySimpleAttentive ? [] : ((string, Func<EvaluationResult, ProbeResult>)[])[("best attentive", result => result.Selected)],
    ];

    private int _measured;
    private bool _isInterrupted;
    private string? _error;

    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        options.Validate();
        IImageDataset training = await ImageInputs.OpenLabeledAsync([options.Training], cancellationToken);
        IImageDataset test = (await ImageInputs.OpenTestAsync(options.Test, training, cancellationToken))!;
        if (options.Output is { } folder)
            Directory.CreateDirectory(folder);

        Table table = new Table().AddColumn("model").AddColumns([.. _probes.Select(probe => probe.Name)]);
        try
        {
            foreach (string model in options.Models)
                await MeasureAsync(model, training, test, table, cancellationToken);

            return _unreadable.Count > 0 ? ExitCode.SomeSkipped : ExitCode.Success;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            _isInterrupted = true;
            screen.Warn("Interrupted; the table holds the finished models.");
            return ExitCode.Interrupted;
        }
        catch (Exception exception)
        {
            _error = Faults.Describe(exception);
            throw;
        }
        finally
        {
            screen.Result(new
            {
                images = _measured,
                unreadable = _unreadable.Count,
                seeds = options.Seeds,
                isInterrupted = _isInterrupted,
                error = _error,
                models = _results,
            });
            if (table.Rows.Count > 0)
            {
                screen.Say($"Top-1 on {Plural.Of(_measured, "image")} of '{options.Test}', "
                    + $"mean and standard deviation over {Plural.Of(options.Seeds, "seed")}; learned from '{options.Training}'.");
                screen.Output.Write(table);
            }
        }
    }

    private async Task MeasureAsync(
        string model, IImageDataset training, IImageDataset test, Table table, CancellationToken cancellationToken)
    {
        List<EvaluationResult> results = [];
        for (int i = 0; i < options.Seeds; i++)
        {
            ScottModel loaded = await NamedModel.LoadAsync(model, FirstSeed + i, screen, cancellationToken);
            EvaluationBuilder evaluation = loaded.Evaluate(training, test).WithSeed(FirstSeed + i).UseDevice(options.Device)
                .WithLogger(_unreadable.Logger);
            if (options.Pooling is { } pooling)
                evaluation.WithPooling(pooling);
            if (options.OnlySimpleAttentive)
                evaluation.WithAttentiveProbes(ClassifierHead.SimpleAttentive);

            results.Add(await ProgressBars.ShowAsync(
                screen,
                $"Measuring {model}, seed {i + 1} of {options.Seeds}",
                report => evaluation.RunAsync(
                    ProgressBars.Listen<EvaluationProgress>(value => report(ProgressBars.Words(value.Stage), value.Completed, value.Total)),
                    cancellationToken)));
            _unreadable.Print();
        }

        _measured = results[0].Neighbors.Test.Images;

        (string Name, MeanAndDeviation Top1)[] figures = [.. _probes.Select(
            probe => (probe.Name, MeanAndDeviation.Of([.. results.Select(result => probe.Probe(result).Test.Top1)])))];
        _results.Add(new
        {
            model,
            top1 = figures.Select(figure => new { probe = figure.Name, mean = figure.Top1.Mean, deviation = figure.Top1.StandardDeviation }),
        });
        table.AddRow(
            [Markup.Escape(model), .. figures.Select(figure => $"{Percent(figure.Top1.Mean)} ± {Percent(figure.Top1.StandardDeviation)} %")]);
        if (options.Output is { } folder)
            await results[0].SaveAsync(Path.Combine(folder, options.ResultName(model)), cancellationToken);
    }

    private static string Percent(double share) => Figures.Number(100 * share, "F1");
}

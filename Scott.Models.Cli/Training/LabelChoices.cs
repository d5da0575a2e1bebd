using Scott.Models.Datasets;

namespace Scott.Models.Cli;

/// <summary>The labeled images that show how a run without labels goes; both are <see langword="null"/> for none.</summary>
internal sealed record LabelChoices
{
    public string? Training { get; init; }

    public string? Validation { get; init; }

    public int? EvaluateEvery { get; init; }

    public bool Any => Training is not null;

    /// <summary>The epochs between two tests.</summary>
    public int EveryEpochs => EvaluateEvery ?? 1;

    /// <summary>The images to learn from and to test on, or <see langword="null"/>.</summary>
    /// <exception cref="UsageException">Their classes do not fit together.</exception>
    public async Task<(IImageDataset Training, IImageDataset Validation)?> OpenAsync(CancellationToken cancellationToken)
    {
        if (Training is null)
            return null;

        IImageDataset training = await ImageInputs.OpenLabeledAsync([Training], cancellationToken);
        return (training, (await ImageInputs.OpenTestAsync(Validation, training, cancellationToken))!);
    }

    /// <summary>Refuses the impossible, before anything is loaded or written.</summary>
    /// <exception cref="UsageException">A value is not legal.</exception>
    public void Validate()
    {
        Check.FoldersOrLists(Training, Validation);
        Check.That(Training is null == Validation is null, "--labels-train and --labels-val go together; give both or none.");
        Check.That(EvaluateEvery is null || Any, "--evaluate-every needs --labels-train and --labels-val.");
        Check.That(EvaluateEvery is null or >= 1, $"--evaluate-every is {EvaluateEvery}; expected at least 1.");
    }
}

using Scott.Models.Pretraining;

namespace PretrainAndFineTune.Display;

/// <summary>Shows a run while it goes on. Notes may come from any thread.</summary>
internal interface IRunView
{
    void Step(PretrainingProgress progress);

    void Epoch(EpochRecord record);

    /// <summary>Something to know about the run.</summary>
    void Note(string line);
}

using Samples.Shared;
using Scott.Models.Training;

namespace PretrainAndFineTune.Display;

/// <summary>For files and pipes.</summary>
internal sealed class LineView<TRecord>(Screen screen, EpochTable<TRecord> table) : RunView<TRecord>(table)
    where TRecord : TrainingRecord
{
    public override void Step(TrainingProgress progress)
    {
    }

    public override void Note(string line) => screen.Note(line);

    protected override void Row(string line) => screen.Say(line);
}

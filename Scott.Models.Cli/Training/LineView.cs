using Scott.Models.Training;

namespace Scott.Models.Cli;

/// <summary>Shows a run in files and pipes, without a bar.</summary>
internal sealed class LineView<TRecord>(Screen screen, EpochTable<TRecord> table) : RunView<TRecord>(table)
    where TRecord : TrainingRecord
{
    public override void Step(TrainingProgress progress)
    {
    }

    public override void Note(string line) => screen.Note(line);

    protected override void Row(string line) => screen.Say(line);
}

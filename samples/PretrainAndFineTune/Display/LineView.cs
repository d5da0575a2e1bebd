using Samples.Shared;
using Scott.Models.Pretraining;

namespace PretrainAndFineTune.Display;

/// <summary>For files and pipes: a line per epoch.</summary>
internal sealed class LineView(Screen screen, EpochLines lines) : IRunView
{
    private bool _hasHeader;

    public void Step(PretrainingProgress progress)
    {
    }

    public void Epoch(EpochRecord record)
    {
        if (!_hasHeader)
        {
            _hasHeader = true;
            screen.Say(lines.Header);
        }

        screen.Say(lines.Format(record));
    }

    public void Note(string line) => screen.Note(line);
}

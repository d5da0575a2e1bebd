using System.Globalization;
using Scott.Models.Zoo;

namespace Scott.Models.Downloads;

/// <summary>Ends the reading of an answer that comes so slowly that the next source is better. Time spent in writing does not count.</summary>
internal sealed class MinimumRate(ZooOptions options)
{
    private TimeSpan _waited;
    private long _bytes;

    /// <summary>Counts what arrived after a wait.</summary>
    /// <exception cref="SourceFaultException">A window has passed with fewer bytes than it must bring.</exception>
    public void Count(TimeSpan waited, int bytes)
    {
        _waited += waited;
        _bytes += bytes;
        if (_waited < options.MinimumRateWindow)
        {
            return;
        }

        double rate = _bytes / _waited.TotalSeconds;
        if (rate < options.MinimumBytesPerSecond)
        {
            throw new SourceFaultException(string.Create(
                CultureInfo.InvariantCulture,
                $"it is too slow: {Plural.Of(_bytes, "byte")} in {_waited.TotalSeconds:0.###} seconds, {rate:0.#} a second; expected at least "
                    + $"{options.MinimumBytesPerSecond} a second. A lower ZooOptions.MinimumBytesPerSecond accepts it; 0 accepts any rate."));
        }

        (_waited, _bytes) = (TimeSpan.Zero, 0);
    }
}

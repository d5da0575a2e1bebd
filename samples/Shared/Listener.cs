namespace Samples.Shared;

/// <summary>Passes reports on at once, by the thread that makes them.</summary>
internal sealed class Listener<T>(Action<T> listen) : IProgress<T>
{
    public void Report(T value) => listen(value);
}

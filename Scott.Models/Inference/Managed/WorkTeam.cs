using System.Runtime.ExceptionServices;

namespace Scott.Models.Inference;

/// <summary>Spreads the phases of one computation over threads. A phase is cut into chunks, and starts when all chunks before it are done.</summary>
/// <remarks>
/// The calling thread works through all phases. Threads of the pool help if they come in time; nobody waits for a thread that has not started, so a
/// busy pool makes the work slower but cannot stop it.
/// </remarks>
internal abstract class WorkTeam(int phases) : IThreadPoolWorkItem
{
    private const int SpinsAtOnce = 8;

    private static readonly TimeSpan LongestSpin = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan LongestYield = TimeSpan.FromMilliseconds(20);

    private readonly int[] _claimed = new int[phases];
    private readonly int[] _done = new int[phases];
    private readonly Lock _gate = new();
    private int _chunks;
    private int _places;
    private int _members;
    private int _atWork;
    private Exception? _failure;

    /// <summary>Computes all phases, with up to so many threads. Not for two callers at once.</summary>
    protected void WorkThrough(int threads)
    {
        Array.Clear(_claimed);
        Array.Clear(_done);
        lock (_gate)
            (_chunks, _places, _members, _failure) = (threads, threads, 1, null);

        for (int helper = 1; helper < threads; helper++)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

        WorkAs(0);
        lock (_gate)
            _places = 0;

        var wait = default(SpinWait);
        while (Volatile.Read(ref _atWork) > 0)
            wait.SpinOnce(sleep1Threshold: -1);

        if (_failure is not null)
            ExceptionDispatchInfo.Throw(_failure);
    }

    /// <summary>Computes one chunk of a phase.</summary>
    /// <param name="phase">The phase, from 0.</param>
    /// <param name="chunk">The chunk, from 0.</param>
    /// <param name="chunks">The number of chunks.</param>
    /// <param name="member">The thread, from 0: no two threads at work have the same number.</param>
    protected abstract void Work(int phase, int chunk, int chunks, int member);

    void IThreadPoolWorkItem.Execute()
    {
        int member;
        lock (_gate)
        {
            // Too late, or of a run that is over.
            if (_members >= _places)
                return;

            member = _members++;
            Interlocked.Increment(ref _atWork); // Others leave without the lock.
        }

        WorkAs(member);
        Interlocked.Decrement(ref _atWork);
    }

    private void WorkAs(int member)
    {
        for (int phase = 0; phase < _claimed.Length; phase++)
        {
            for (int chunk = Claim(phase); chunk < _chunks; chunk = Claim(phase))
            {
                try
                {
                    if (_failure is null)
                        Work(phase, chunk, _chunks, member);
                }
                catch (Exception exception)
                {
                    _failure = exception;
                }
                finally
                {
                    Interlocked.Increment(ref _done[phase]);
                }
            }

            WaitFor(phase);
        }
    }

    /// <summary>Waits for the others' chunks. It will not be long, and a thread that yields on a busy machine comes back late.</summary>
    private void WaitFor(int phase)
    {
        long started = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref _done[phase]) < _chunks)
        {
            TimeSpan waited = Stopwatch.GetElapsedTime(started);
            if (waited < LongestSpin)
                Thread.SpinWait(SpinsAtOnce);
            else if (waited < LongestYield)
                Thread.Yield();
            else
                Thread.Sleep(1); // The thread that is missing may need this core.
        }
    }

    private int Claim(int phase) => Interlocked.Increment(ref _claimed[phase]) - 1;
}

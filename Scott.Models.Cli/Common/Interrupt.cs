using System.Runtime.InteropServices;

namespace Scott.Models.Cli;

/// <summary>
/// What asks a program to end: Ctrl-C, SIGTERM of a container or service that stops, the terminal that closes. The first signal cancels, so that
/// finished work can be saved; the second ends the process at once.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private static readonly PosixSignal[] Signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    private readonly CancellationTokenSource _source = new();
    private readonly TaskCompletionSource _ended = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _exitCode;

    public Interrupt() => _registrations = [.. Signals.Select(signal => PosixSignalRegistration.Create(signal, OnSignal))];

    public CancellationToken Token => _source.Token;

    /// <summary>What a process that the first signal ended returns: 128 plus the signal's number, as shells do.</summary>
    public int ExitCode => _exitCode == 0 ? Cli.ExitCode.Interrupted : _exitCode;

    public void Dispose()
    {
        _ended.TrySetResult();
        foreach (PosixSignalRegistration registration in _registrations)
            registration.Dispose();

        _source.Dispose();
    }

    private static int CodeOf(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => 129,
        PosixSignal.SIGQUIT => 131,
        PosixSignal.SIGTERM => Cli.ExitCode.Terminated,
        _ => Cli.ExitCode.Interrupted,
    };

    private void OnSignal(PosixSignalContext context)
    {
        // Two signals may come at the same moment, each on a thread of its own.
        context.Cancel = Interlocked.CompareExchange(ref _exitCode, CodeOf(context.Signal), 0) == 0;
        if (!context.Cancel)
            return;

        _source.Cancel();

        // Windows ends the process when this handler returns after the console was closed or the machine shuts down, and at the latest after some
        // seconds.
        if (OperatingSystem.IsWindows() && context.Signal is PosixSignal.SIGHUP or PosixSignal.SIGTERM)
            _ended.Task.Wait();
    }
}

namespace Scott.Models.Cli;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>All is done.</summary>
    public const int Success = 0;

    /// <summary>The model, a native library, the images or the output are at fault, or a check found a fault; one line says why.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was started.</summary>
    public const int Usage = 2;

    /// <summary>Done, but some images were skipped. Images that a training replaces, or leaves out of its validation, do not count.</summary>
    public const int SomeSkipped = 3;

    /// <summary>Ctrl-C: 128 plus the number of SIGINT, as shells do. Other signals have their own codes: see <see cref="Interrupt"/>.</summary>
    public const int Interrupted = 130;

    /// <summary>SIGTERM: a container or service was stopped.</summary>
    public const int Terminated = 143;

    public const string Help =
        """
        Exit codes:
          0    done
          1    failed
          2    wrong usage
          3    done, but some images were left out
          130  interrupted; finished work is saved
          143  terminated; finished work is saved

        Images that cannot be read are left out, and the exit code is 3. Only while a model trains, they do not change the exit code:
        other images take the place of training images, and validation images are left out.
        """;
}

using System.Text;

namespace Scott.Models.Cli;

/// <summary>
/// Writes to a terminal that may be closed meanwhile: then nobody reads, but the rest of the work, such as saving, must still be done. Not for files,
/// whose errors count.
/// </summary>
internal sealed class TerminalWriter(TextWriter terminal) : TextWriter
{
    private bool _isClosed;

    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Replaces the standard outputs that are terminals.</summary>
    public static void Install()
    {
        if (!Console.IsOutputRedirected)
            Console.SetOut(new TerminalWriter(Console.Out));

        if (!Console.IsErrorRedirected)
            Console.SetError(new TerminalWriter(Console.Error));
    }

    public override void Write(char value) => Try(() => terminal.Write(value));

    public override void Write(string? value) => Try(() => terminal.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => terminal.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => terminal.WriteLine(value));

    public override void Flush() => Try(terminal.Flush);

    private void Try(Action write)
    {
        if (_isClosed)
            return;

        try
        {
            write();
        }
        catch (IOException)
        {
            _isClosed = true;
        }
    }
}

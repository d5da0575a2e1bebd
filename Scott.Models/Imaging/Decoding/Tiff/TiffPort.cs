using BitMiracle.LibTiff.Classic;

namespace Scott.Models.Imaging;

/// <summary>Lets LibTiff read one page, and hears its errors. For one call at a time.</summary>
internal sealed class TiffPort : TiffStream
{
    private readonly TiffBytes _tiff;
    private readonly int _firstOffsetAt;
    private readonly byte[] _firstOffset;
    private long _position;
    private bool _isCut;
    private IOException? _readError;
    private string? _error;
    private string? _warning;

    /// <summary>Shows the file with this page as its first, so that no other page is read.</summary>
    public TiffPort(TiffBytes tiff, TiffPages pages, long pageOffset)
    {
        _tiff = tiff;
        _firstOffsetAt = pages.FirstOffsetAt;
        _firstOffset = BitConverter.GetBytes(pageOffset);
        if (pages.IsBigEndian == BitConverter.IsLittleEndian)
            Array.Reverse(_firstOffset);

        // Of a classic offset, only the low half is in the file.
        _firstOffset = pages.IsBig ? _firstOffset : pages.IsBigEndian ? _firstOffset[4..] : _firstOffset[..4];
    }

    /// <summary>Until disposal, errors of LibTiff on this thread belong to this page.</summary>
    public IDisposable Listen() => new Hearing(TiffErrors.Listen(this));

    public Tiff Open() =>
        Tiff.ClientOpen("TIFF", "r", this, this) ?? throw new InvalidDataException(_error ?? "its directory cannot be read");

    /// <summary>Notes an error or a warning of LibTiff.</summary>
    public void Hear(string message, bool isError)
    {
        _error ??= isError ? message : null;
        _warning ??= isError ? null : message;
    }

    /// <summary>Checks that a row or a tile was read. JPEG and fax decoders only warn of damage, and fill the rest.</summary>
    public void Require(bool isRead, TiffLayout layout)
    {
        if (!isRead)
            throw new InvalidDataException(_error ?? "it cannot be decoded");
        if (_error is not null || (_warning is not null && (layout.IsJpeg || layout.IsFax)))
            throw new InvalidDataException(_error ?? _warning);
    }

    /// <summary>Checks the length of a piece of data before LibTiff allocates it, and forgets what it said about the directory.</summary>
    public void RequireLength(long bytes)
    {
        if (bytes > _tiff.Length)
        {
            _isCut = true;
            throw new InvalidDataException("a strip or tile is longer than the file");
        }

        _warning = null;
    }

    /// <summary>What to tell the user of an exception of LibTiff.</summary>
    public Exception Failed(string name, TiffLayout layout, Exception exception) => _readError ?? (Exception)(_isCut
        ? new ImageFormatException(
            name, ImageFault.Truncated, $"its TIFF data ends before the last of its {layout.Width}×{layout.Height} pixels.", exception)
        : new ImageFormatException(
            name, ImageFault.Corrupt, $"its TIFF data is damaged: {Quoted.Value(exception.Message, Quoted.LongestFault)}.", exception));

    public override int Read(object clientData, byte[] buffer, int offset, int count)
    {
        int available = (int)Math.Clamp(_tiff.Length - _position, 0, count);
        _isCut |= available < count;
        try
        {
            _tiff.Read(Math.Min(_position, _tiff.Length), buffer.AsSpan(offset, available));
        }
        catch (IOException exception)
        {
            _readError = exception;
            throw;
        }

        for (int i = 0; i < _firstOffset.Length; i++)
        {
            long at = _firstOffsetAt + i - _position;
            if (at >= 0 && at < available)
                buffer[offset + at] = _firstOffset[i];
        }

        _position += available;
        return available;
    }

    public override long Seek(object clientData, long offset, SeekOrigin origin)
    {
        long start = origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => _position, _ => _tiff.Length };
        _position = Math.Max(0, start + offset);
        return _position;
    }

    public override long Size(object clientData) => _tiff.Length;

    public override void Write(object clientData, byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("The file is only read.");

    public override void Close(object clientData)
    {
    }

    private sealed class Hearing(TiffPort? outer) : IDisposable
    {
        public void Dispose() => TiffErrors.Listen(outer);
    }
}

/// <summary>LibTiff has one error handler for the whole process, which by default writes to the console. This one gives errors on a thread that
/// decodes for us to the decoder, and all others to the handler that was there. An app may set its own at any time.</summary>
internal sealed class TiffErrors : TiffErrorHandler
{
    private static readonly TiffErrors Ours = new();

    [ThreadStatic]
    private static TiffPort? _listener;

    [ThreadStatic]
    private static bool _isPassingOn;

    private volatile TiffErrorHandler? _previous;

    /// <summary>Sets who hears the errors of this thread. Returns who heard them before.</summary>
    public static TiffPort? Listen(TiffPort? port)
    {
        if (port is not null && Tiff.SetErrorHandler(Ours) is var previous && previous != Ours)
            Ours._previous = previous;

        (TiffPort? before, _listener) = (_listener, port);
        return before;
    }

    public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
    {
        if (_listener is { } port)
            port.Hear(Text(format, args), isError: true);
        else
            PassOn(previous => previous.ErrorHandler(tif, method, format, args));
    }

    public override void WarningHandler(Tiff tif, string method, string format, params object[] args)
    {
        if (_listener is { } port)
            port.Hear(Text(format, args), isError: false);
        else
            PassOn(previous => previous.WarningHandler(tif, method, format, args));
    }

    public override void ErrorHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
        if (_listener is null)
            PassOn(previous => previous.ErrorHandlerExt(tif, clientData, method, format, args));
    }

    public override void WarningHandlerExt(Tiff tif, object clientData, string method, string format, params object[] args)
    {
        if (_listener is null)
            PassOn(previous => previous.WarningHandlerExt(tif, clientData, method, format, args));
    }

    /// <summary>Gives an error to the other handler, which may give it back: it knows this one as the handler before it.</summary>
    private void PassOn(Action<TiffErrorHandler> give)
    {
        if (_isPassingOn || _previous is not { } previous)
            return;

        _isPassingOn = true;
        try
        {
            give(previous);
        }
        finally
        {
            _isPassingOn = false;
        }
    }

    private static string Text(string format, object[] args)
    {
        try
        {
            return string.Format(CultureInfo.InvariantCulture, format, args ?? []).TrimEnd('.');
        }
        catch (FormatException)
        {
            return format;
        }
    }
}

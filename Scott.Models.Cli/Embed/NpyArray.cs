using System.Runtime.InteropServices;
using System.Text;

namespace Scott.Models.Cli;

/// <summary>A float32 array in NumPy's format 1.0 that grows row by row: the row count is filled in at the end.</summary>
/// <param name="path">The file.</param>
/// <param name="rowShape">The sizes of one row.</param>
internal sealed class NpyArray(string path, params int[] rowShape) : IAsyncDisposable
{
    /// <summary>Room for every row count; NumPy expects a multiple of 64.</summary>
    private const int HeaderBytes = 128;

    private static readonly byte[] Magic = [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    private readonly GrowingFile _file = new(path);
    private long _rows;

    public async ValueTask AppendAsync(ReadOnlyMemory<float> row)
    {
        if (_rows == 0)
            await _file.WriteStartAsync(Header());

        await _file.WriteAsync(MemoryMarshal.AsBytes(row.Span).ToArray());
    }

    /// <summary>The last row is whole, here and in the files beside this one.</summary>
    public void Commit()
    {
        _rows++;
        _file.Commit();
    }

    /// <summary>Fills in the number of rows.</summary>
    /// <returns>The file to publish.</returns>
    public async Task<GrowingFile> EndAsync()
    {
        await _file.WriteStartAsync(Header());
        return _file;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private byte[] Header()
    {
        char order = BitConverter.IsLittleEndian ? '<' : '>';
        IEnumerable<long> sizes = [_rows, .. rowShape];
        string shape = string.Join(", ", sizes.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        string description = $"{{'descr': '{order}f4', 'fortran_order': False, 'shape': ({shape}), }}";
        int textBytes = HeaderBytes - Magic.Length - sizeof(ushort);
        byte[] text = Encoding.ASCII.GetBytes(description.PadRight(textBytes - 1) + '\n');
        return [.. Magic, (byte)textBytes, (byte)(textBytes >> 8), .. text];
    }
}

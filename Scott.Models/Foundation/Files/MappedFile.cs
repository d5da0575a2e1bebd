using System.IO.MemoryMappedFiles;
using Microsoft.Win32.SafeHandles;

namespace Scott.Models.Foundation;

/// <summary>A file mapped for reading. Its slices keep it alive; the mapping ends when the last slice is collected.</summary>
internal sealed unsafe class MappedFile
{
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;

    public MappedFile(SafeFileHandle file, long length)
    {
        using MemoryMappedFile mapping = MemoryMappedFile.CreateFromFile(
            file, mapName: null, length, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        _view = mapping.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _start = pointer + _view.PointerOffset;
    }

    /// <summary>Releases the pointer that keeps the handle of the view open. The finalizer of the handle then ends the mapping.</summary>
    ~MappedFile() => _view?.SafeMemoryMappedViewHandle.ReleasePointer();

    public ReadOnlyMemory<byte> Slice(long offset, int length) =>
        length == 0 ? ReadOnlyMemory<byte>.Empty : new SliceManager(this, offset, length).Memory;

    private sealed class SliceManager(MappedFile file, long offset, int length) : MemoryManager<byte>
    {
        public override Span<byte> GetSpan() => new(file._start + offset, length);

        public override MemoryHandle Pin(int elementIndex = 0) => new(file._start + offset + elementIndex, pinnable: this);

        public override void Unpin() { }

        protected override void Dispose(bool disposing) { }
    }
}

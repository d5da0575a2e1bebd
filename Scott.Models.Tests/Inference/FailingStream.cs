namespace Scott.Models.Tests.Inference;

/// <summary>A stream of an app whose every read fails.</summary>
internal sealed class FailingStream(Exception failure) : MemoryStream
{
    public override int Read(Span<byte> buffer) => throw failure;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw failure;
}

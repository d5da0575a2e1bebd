using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

/// <summary>To open a pipe waits until somebody writes into it, whatever the token says: it is refused before.</summary>
public sealed class SpecialWeightFileTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_PipeInPlaceOfWeights_IsRefusedAndNotWaitedFor()
    {
        UnixFiles.SkipElsewhere();
        string pipe = UnixFiles.Pipe(_folder.File("model.safetensors"));
        Func<Task>[] readers =
        [
            () => ScottModel.FromFileAsync(pipe),
            () => ScottClassifier.FromFileAsync(pipe),
            () => SafetensorsFile.ReadAsync(pipe),
            () => PyTorchCheckpoint.ReadAsync(pipe),
        ];
        foreach (Func<Task> read in readers)
        {
            IOException error = await Assert.ThrowsAnyAsync<IOException>(() => Task.Run(read).WaitAsync(Limit));
            Assert.Contains($"'{pipe}' is a pipe, a socket or a device; expected a regular file.", error.Message, StringComparison.Ordinal);
        }
    }
}

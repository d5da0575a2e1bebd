using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Onnx;

namespace Scott.Models.Tests.Onnx;

public sealed class OnnxSessionTests
{
    [Fact]
    public async Task Run_ThatFails_IsAnErrorOfTheLibraryThatNamesTheProvider()
    {
        using var folder = new TemporaryFolder();
        await ScottModel.Create(Architectures.Tiny, seed: 5).ExportOnnx(folder.File("model.onnx")).SaveAsync(
            cancellationToken: TestContext.Current.CancellationToken);
        byte[] graph = await File.ReadAllBytesAsync(folder.File("model.onnx"), TestContext.Current.CancellationToken);
        using var session = OnnxSession.Create(graph, [ExecutionProvider.Cpu], gpuIndex: 0, threads: 1, NullLogger.Instance);
        using OrtValue images = OrtValue.CreateTensorValueFromMemory(new float[8], [1, 2, 2, 2]);
        using OrtValue embedding = OrtValue.CreateTensorValueFromMemory(new float[32], [1, 32]);
        ExecutionProviderException exception = Assert.Throws<ExecutionProviderException>(() => session.Run(images, ["embedding"], [embedding]));
        Assert.StartsWith("Cpu failed while it computed: ", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["Cpu"], exception.Requested);
        Assert.Contains("CPUExecutionProvider", exception.Available);
    }
}

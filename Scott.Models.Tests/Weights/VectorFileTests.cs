using Scott.Models.Tests.Metrics;
using Scott.Models.Weights;

namespace Scott.Models.Tests.Weights;

public sealed class VectorFileTests : IDisposable
{
    private const string Kind = "test vectors";

    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("vectors");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_ThenRead_GivesTheContentBack(bool hasFingerprint)
    {
        var tensors = new WeightSet([WeightTensor.Create("a", [2, 2], [1, 2, 3, 4])]);
        VectorFingerprint? fingerprint = hasFingerprint ? TestVectors.Fingerprint(2) : null;
        await VectorFile.WriteAsync(Path, Kind, new VectorFileContent(tensors, fingerprint, "{\"x\":1}"), Cancellation);
        foreach (WeightStorage storage in Enum.GetValues<WeightStorage>())
        {
            VectorFileContent content = await VectorFile.ReadAsync(Path, Kind, storage, Cancellation);
            Assert.Equal(("{\"x\":1}", fingerprint), (content.Description, content.Fingerprint));
            WeightTensor tensor = VectorFile.Tensor(Path, content.Tensors, "a", TensorDType.Float32, 2, -1);
            Assert.Equal([1, 2, 3, 4], tensor.ToArray());
            Assert.Throws<VectorFileException>(() => VectorFile.Tensor(Path, content.Tensors, "b", TensorDType.Float32, 2, 2));
            Assert.Throws<VectorFileException>(() => VectorFile.Tensor(Path, content.Tensors, "a", TensorDType.Float16, 2, 2));
            Assert.Throws<VectorFileException>(() => VectorFile.Tensor(Path, content.Tensors, "a", TensorDType.Float32, 4));
            Assert.Throws<VectorFileException>(() => VectorFile.Tensor(Path, content.Tensors, "a", TensorDType.Float32, 2, 3));
        }
    }

    [Theory]
    [InlineData(null, null, null, VectorFileFault.OtherKind)]
    [InlineData("other vectors", "1", "{}", VectorFileFault.OtherKind)]
    [InlineData(Kind, "3", "{}", VectorFileFault.NewerVersion)]
    [InlineData(Kind, null, "{}", VectorFileFault.NewerVersion)]
    [InlineData(Kind, "1", null, VectorFileFault.Description)]
    public async Task Read_WithThisMetadata_IsRefused(string? kind, string? version, string? description, VectorFileFault fault) =>
        await AssertFaultAsync(fault, ("scott.vectors", kind), ("scott.vectors.version", version), ("scott.vectors.description", description));

    [Theory]
    [InlineData("{}")]
    [InlineData("no JSON")]
    public async Task Read_WithAFingerprintThatIsNone_IsRefused(string fingerprint) => await AssertFaultAsync(
        VectorFileFault.Description, ("scott.vectors", Kind), ("scott.vectors.version", "1"), ("scott.vectors.description", "{}"),
        ("scott.vectors.fingerprint", fingerprint));

    private async Task AssertFaultAsync(VectorFileFault fault, params (string Key, string? Value)[] metadata)
    {
        var entries = metadata.Where(entry => entry.Value is not null).ToDictionary(entry => entry.Key, entry => entry.Value!);
        await SafetensorsFile.WriteAsync(Path, new WeightSet([]), entries, Cancellation);
        var error = await Assert.ThrowsAsync<VectorFileException>(() => VectorFile.ReadAsync(Path, Kind, WeightStorage.Managed, Cancellation));
        Assert.Equal((fault, Path), (error.Fault, error.Path));
        Assert.Contains(Path, error.Message, StringComparison.Ordinal);
    }
}

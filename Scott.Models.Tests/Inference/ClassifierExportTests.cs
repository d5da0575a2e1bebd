using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using Scott.Models.Imaging;
using Scott.Models.Inference;
using Scott.Models.Onnx;

namespace Scott.Models.Tests.Inference;

[Collection(TorchTests.Name)]
public sealed class ClassifierExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<ClassifierHead, OnnxOperatorSet> Graphs
    {
        get
        {
            var graphs = new TheoryData<ClassifierHead, OnnxOperatorSet>();
            foreach (ClassifierHead head in Enum.GetValues<ClassifierHead>())
            {
                foreach (OnnxOperatorSet operatorSet in Enum.GetValues<OnnxOperatorSet>())
                    graphs.Add(head, operatorSet);
            }

            return graphs;
        }
    }

    private string Path => _folder.File("classifier.onnx");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Graphs))]
    public async Task Save_EveryHead_AgreesWithTorch(ClassifierHead head, OnnxOperatorSet operatorSet)
    {
        OnnxExportResult result = await Classifiers.Create(head).ExportOnnx(Path)
            .WithOperatorSet(operatorSet)
            .WithParityReference(OnnxParityReference.Torch)
            .SaveAsync();
        Assert.Equal("TorchSharp", result.Parity!.Reference);
        Assert.Equal(["logits", "probabilities"], result.Parity.Outputs.Select(output => output.Output));
        Assert.All(result.Parity.Outputs, output => Assert.InRange(output.MaximumDifference, 0, 1e-4));
        Assert.True(result.Parity.Outputs[0].LargestValue > 0.05, "Logits near zero would agree with anything.");
    }

    [Theory]
    [InlineData(OnnxPrecision.Float16Weights)]
    [InlineData(OnnxPrecision.Float16)]
    [InlineData(OnnxPrecision.Int8)]
    public async Task Save_EveryPrecision_AgreesWithinItsBounds(OnnxPrecision precision)
    {
        foreach (ClassifierHead head in Enum.GetValues<ClassifierHead>())
        {
            OnnxExportResult result = await Classifiers.Create(head, Architectures.TinyVit).ExportOnnx(Path)
                .WithOptions(new OnnxExportOptions { Precision = precision, ByteInput = true, ParityReference = OnnxParityReference.Torch })
                .SaveAsync();
            Assert.True(result.Parity!.MaximumDifference > 1e-5, "A reduced precision that changes no more than rounding does was not applied.");
        }
    }

    [Theory]
    [InlineData(OnnxPrecision.Float32)]
    [InlineData(OnnxPrecision.Float16)]
    public async Task Save_File_TellsItsClassesAndGivesWhatTheClassifierGives(OnnxPrecision precision)
    {
        ScottClassifier classifier = Classifiers.Create(ClassifierHead.CrossAttentive);
        await classifier.ExportOnnx(Path).WithOptions(new OnnxExportOptions { Precision = precision }).SaveAsync();
        using var session = new InferenceSession(Path);
        Assert.Equal(classifier.ClassNames, JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["scott.class_names"])!);
        Assert.Equal(["logits", "probabilities"], session.OutputNames);
        Assert.Equal([-1, 6], session.OutputMetadata["probabilities"].Dimensions);
        using ImageClassifier classify = classifier.Classify().Build();
        float[] images = new float[2 * classify.Preprocessor.TensorLength];
        ImageSource[] sources = [.. Enumerable.Range(0, 2).Select(i => ImageSource.FromImage(DrawnImages.Draw(i)))];
        for (int i = 0; i < sources.Length; i++)
        {
            await classify.Preprocessor.PreprocessAsync(
                sources[i], images.AsMemory(i * classify.Preprocessor.TensorLength, classify.Preprocessor.TensorLength));
        }

        using OrtValue input = OrtValue.CreateTensorValueFromMemory(images, [2, 3, 64, 64]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["images"], [input], session.OutputNames);
        float[] probabilities = outputs[1].GetTensorDataAsSpan<float>().ToArray();
        double tolerance = precision == OnnxPrecision.Float32 ? 1e-5 : 5e-3;
        for (int i = 0; i < sources.Length; i++)
        {
            float[] expected = (await classify.ClassifyAsync(sources[i])).Probabilities.ToArray();
            Assert.All(expected.Zip(probabilities[(6 * i)..(6 * (i + 1))]), pair => Assert.Equal(pair.First, pair.Second, tolerance));
            Assert.Equal(1, probabilities[(6 * i)..(6 * (i + 1))].Sum(), 1e-5);
        }
    }

    [Fact]
    public async Task Save_AtAnotherImageSize_Agrees()
    {
        OnnxExportResult result = await Classifiers.Create(ClassifierHead.MultiHeadAttentive).ExportOnnx(Path).WithImageSize(96).SaveAsync();
        Assert.InRange(result.Parity!.MaximumDifference, 0, 1e-4);
        using var session = new InferenceSession(Path);
        Assert.Equal([-1, 3, 96, 96], session.InputMetadata["images"].Dimensions);
    }

    [Fact]
    public async Task Save_WhatBelongsToABackbone_IsRefused()
    {
        OnnxExportBuilder export = Classifiers.Create(ClassifierHead.Linear).ExportOnnx(Path).WithRawTokens().WithUnitLength();
        ScottConfigurationException error = await Assert.ThrowsAsync<ScottConfigurationException>(() => export.SaveAsync());
        Assert.Equal(
            [
                "NormalizeTokens is False; a classifier's graph has no output tokens. Export its Model for that.",
                "UnitLength is True; a classifier's graph has no output embedding. Export its Model for that.",
            ],
            error.Faults);
        Assert.False(File.Exists(Path));
    }
}

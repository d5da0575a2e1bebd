using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Training;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class BackboneParityTests
{
    public static TheoryData<string> Cases => ParityCases.OfKind("backbone");

    [Fact]
    public void Cases_OwnFolder_AreAllThree() => Assert.True(Cases.Count >= 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tokenizer_GoldenImages_MatchesReference(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone backbone = golden.CreateBackbone();
        using DisposeScope scope = NewDisposeScope();
        Closeness.AssertOutput(golden["out.tokenizer_dense"], backbone.Tokenizer.call(golden.Input("x"), null));
        if (golden.Has("out.tokenizer_masked"))
            Closeness.AssertOutput(golden["out.tokenizer_masked"], backbone.Tokenizer.call(golden.Input("x"), golden.KeepMask()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Encoder_GoldenImages_MatchesReference(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone backbone = golden.CreateBackbone();
        using DisposeScope scope = NewDisposeScope();
        Closeness.AssertOutput(golden["out.encoder_dense"], backbone.call(golden.Input("x"), null));
        Closeness.AssertOutput(golden["out.encoder_masked"], backbone.call(golden.Input("x"), golden.KeepMask()));
        Closeness.AssertOutput(golden["out.target"], FeatureNorm.Apply(backbone.call(golden.Input("x_target"), null)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LastAttention_GoldenImages_MatchesReferenceAndFusedPath(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone backbone = golden.CreateBackbone();
        using DisposeScope scope = NewDisposeScope();
        int last = golden.Architecture.Depth - 1;
        using BackboneOutput output = backbone.ForwardWithDetails(
            golden.Input("x"), null, new BackboneDetails { LastAttention = true, Blocks = new HashSet<int> { 0, last } });
        Closeness.AssertOutput(golden["out.attention_last"], output.LastAttention!);
        Closeness.AssertOutput(golden["out.encoder_dense"], output.Tokens);
        Closeness.AssertOutput(golden["out.encoder_dense"], output.Blocks[last]);
        Assert.Equal(output.Tokens.shape, output.Blocks[0].shape);
        Assert.True(last == 0 || Closeness.Largest(output.Blocks[0], output.Tokens) > 1e-3);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void LossAndGradients_GoldenStep_MatchReference(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone context = golden.CreateBackbone();
        using Predictor predictor = golden.CreatePredictor();
        context.train();
        predictor.train();
        AssertStep(golden, context, predictor);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void ActivationCheckpointing_GoldenStep_GivesTheSameGradients(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone context = golden.CreateBackbone();
        using Predictor predictor = golden.CreatePredictor();
        context.UsesActivationCheckpointing = true;
        AssertStep(golden, context, predictor);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void StateDictionary_Backbone_HasTheReferenceNamesAndShapes(string path)
    {
        var golden = new BackboneCase(path);
        using Backbone backbone = golden.CreateBackbone();
        using Predictor predictor = golden.CreatePredictor();
        AssertSameNames(golden.State, backbone);
        AssertSameNames(golden.PredictorState, predictor);
        WeightSet exported = backbone.ToWeightSet();
        Assert.All(golden.State, tensor => Assert.Equal(tensor.Data.ToArray(), exported[tensor.Name].Data.ToArray()));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void PositionTable_ReferenceGrid_EqualsTheReferenceTable(string path)
    {
        var golden = new BackboneCase(path);
        float[] table = PositionTable.Create(golden.Architecture.EmbeddingWidth, golden.Architecture.Grid, golden.Architecture.RegisterTokens);
        float[] expected = golden.State[BackboneLayout.PositionName].ToArray();
        Assert.Equal(expected.Length, table.Length);
        Assert.All(Enumerable.Range(0, table.Length), i => Assert.Equal(expected[i], table[i], 1e-6f));
    }

    private static void AssertStep(BackboneCase golden, Backbone context, Predictor predictor)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor target = tensor(golden["out.target"].ToArray(), golden["out.target"].Shape);
        Tensor predicted = predictor.call(context.call(golden.Input("x"), golden.KeepMask()));
        Closeness.AssertOutput(golden["out.predictor"], predicted);
        Tensor loss = LatentPredictionLoss.Compute(predicted, target, golden.KeepMask());
        Closeness.AssertOutput(golden["out.loss"], loss);
        loss.backward();
        AssertGradients(golden.StripPrefix("grad.state."), context);
        AssertGradients(golden.StripPrefix("grad.predictor."), predictor);
    }

    private static void AssertGradients(WeightSet expected, nn.Module module)
    {
        Assert.NotEmpty(expected);
        var parameters = module.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
        foreach (WeightTensor gradient in expected)
            Closeness.AssertGradient(gradient, parameters[gradient.Name].grad!);

        // The reference's position table is no trained parameter, and its predictor's mask token is never used: neither has a gradient.
        Assert.All(
            parameters.Where(entry => !expected.TryGet(entry.Key, out _)),
            entry => Assert.Null(entry.Value.grad));
    }

    private static void AssertSameNames(WeightSet expected, nn.Module module) =>
        Assert.Equal(
            expected.Select(tensor => (tensor.Name, WeightTensor.Describe(tensor.Shape))).Order(),
            module.state_dict().Select(entry => (entry.Key, WeightTensor.Describe(entry.Value.shape))).Order());
}

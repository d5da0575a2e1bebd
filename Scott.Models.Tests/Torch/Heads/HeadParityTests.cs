using System.Runtime.InteropServices;
using System.Text.Json;
using Scott.Models.Tests.Parity;
using Scott.Models.Torch;
using Scott.Models.Weights;
using TorchSharp;
using static TorchSharp.torch;

namespace Scott.Models.Tests.Torch;

[Collection(TorchTests.Name)]
public sealed class HeadParityTests
{
    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (TheoryDataRow<string> file in ParityCases.OfKind("heads"))
            {
                foreach (string head in new[] { "simple", "multihead", "cross" })
                    cases.Add(file.Data, head);
            }

            return cases;
        }
    }

    [Fact]
    public void Cases_OwnFolder_AreAllThreeHeads() => Assert.True(Cases.Count >= 3);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Head_GoldenTokens_MatchesReferenceWithGradients(string path, string name)
    {
        SafetensorsContent content = ParityCases.Read(path);
        WeightSet golden = content.Tensors.StripPrefix(name + ".");
        WeightSet state = golden.StripPrefix("state.");
        (nn.Module<Tensor, Tensor> head, IReadOnlyList<WeightSpec> layout) = Create(name, content.Metadata["config"]);
        using (head)
        {
            WeightSpec.RequireFit(name, state, layout);
            Assert.Equal(state.Names.Order(StringComparer.Ordinal), head.state_dict().Keys.Order(StringComparer.Ordinal));
            ModuleWeights.Load(head, state);
            head.eval();
            using DisposeScope scope = NewDisposeScope();
            Tensor logits = head.call(tensor(content.Tensors["x"].ToArray(), content.Tensors["x"].Shape));
            Closeness.AssertOutput(golden["logits"], logits);
            Tensor labels = tensor(MemoryMarshal.Cast<byte, long>(content.Tensors["labels"].Data.Span).ToArray());
            Tensor loss = nn.functional.cross_entropy(logits, labels);
            Closeness.AssertOutput(golden["loss"], loss);
            loss.backward();
            var parameters = head.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
            WeightSet gradients = golden.StripPrefix("grad.");
            Assert.NotEmpty(gradients);

            // One softmax bias moves all scores alike: its gradient is rounding noise around zero on both sides.
            Assert.All(
                gradients,
                gradient => Closeness.Assert(gradient, parameters[gradient.Name].grad!, (_, largest) => Math.Max(1e-4 * largest, 1e-7)));
        }
    }

    [Theory]
    [InlineData("simple")]
    [InlineData("multihead")]
    [InlineData("cross")]
    public void Head_Initialized_LoadsAndGivesFiniteLogits(string name)
    {
        (nn.Module<Tensor, Tensor> head, IReadOnlyList<WeightSpec> layout) = Create(name, """{"embed_dim": 64, "num_classes": 5, "num_heads": 4}""");
        using (head)
        {
            ModuleWeights.Load(head, WeightSpec.Initialize(layout, seed: 1));
            using DisposeScope scope = NewDisposeScope();
            Tensor logits = head.call(randn(2, 9, 64));
            Assert.Equal([2, 5], logits.shape);
            Assert.True(logits.isfinite().all().item<bool>());
        }
    }

    private static (nn.Module<Tensor, Tensor> Head, IReadOnlyList<WeightSpec> Layout) Create(string name, string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        int width = document.RootElement.GetProperty("embed_dim").GetInt32();
        int classes = document.RootElement.GetProperty("num_classes").GetInt32();
        int heads = document.RootElement.GetProperty("num_heads").GetInt32();
        return name switch
        {
            "simple" => (new SimpleAttentiveHead(width, classes), HeadLayout.Simple(width, classes)),
            "multihead" => (new MultiHeadAttentiveHead(width, heads, classes), HeadLayout.MultiHead(width, heads, classes)),
            _ => (new CrossAttentiveHead(width, heads, classes), HeadLayout.Cross(width, classes)),
        };
    }
}

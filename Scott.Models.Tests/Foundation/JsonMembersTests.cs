using System.Text.Json;
using Scott.Models.Foundation;

namespace Scott.Models.Tests.Foundation;

public sealed class JsonMembersTests
{
    [Fact]
    public void Parse_EveryKindOfMember_IsRead()
    {
        const string Json = """
            {
              "count": -3, "ratio": 1e-3, "huge": "Infinity", "single": 0.1, "list": [0.1, "NaN"], "flag": true, "name": "a\u00e9",
              "kind": "vit", "inner": { "count": 4 }, "named": { "x": 1, "x": 2 }, "none": null
            }
            """;
        var read = JsonMembers.Parse(Json, ignoresOthers: false, members => (
            members.Integer("count"), members.Number("ratio"), members.Number("huge"), members.Single("single"), members.Singles("list"),
            members.Flag("flag", false), members.Text("name", "?"), members.Choice<TokenizerKind>("kind"),
            members.OptionalObject("inner", inner => $"{inner.Integer("count")}"), members.NamedNumbers("named"), members.OptionalText("none")));
        Assert.Equal((-3, 1e-3, double.PositiveInfinity, 0.1f), (read.Item1, read.Item2, read.Item3, read.Item4));
        Assert.Equal([0.1f, float.NaN], read.Item5);
        Assert.Equal((true, "aé", TokenizerKind.Vit, "4"), (read.Item6, read.Item7, read.Item8, read.Item9));
        Assert.Equal(2, Assert.Single(read.Item10).Value);
        Assert.Null(read.Item11);
    }

    [Fact]
    public void Parse_WithoutAMember_GivesTheDefault()
    {
        var read = JsonMembers.Parse("{}", ignoresOthers: false, members => (
            members.Integer("count", 5), members.OptionalInteger("count"), members.Number("ratio", 0.5), members.Flag("flag", true),
            members.Text("name", "?"), members.Choice<TokenizerKind>("kind", TokenizerKind.Vit), members.NamedNumbers("named").Count));
        Assert.Equal((5, null, 0.5, true, "?", TokenizerKind.Vit, 0), read);
    }

    [Theory]
    [InlineData("{", "$")]
    [InlineData("[]", "$")]
    [InlineData("null", "$")]
    [InlineData("{}", "$")]
    [InlineData("{\"inner\":{}}", "$.inner")]
    [InlineData("{\"inner\":7}", "$.inner")]
    [InlineData("{\"inner\":{\"count\":1.5}}", "$.inner.count")]
    [InlineData("{\"inner\":{\"count\":3000000000}}", "$.inner.count")]
    [InlineData("{\"inner\":{\"count\":\"1\"}}", "$.inner.count")]
    [InlineData("{\"inner\":{\"count\":null}}", "$.inner.count")]
    [InlineData("{\"inner\":{\"count\":1,\"other\":2}}", "$.inner")]
    [InlineData("{\"inner\":{\"count\":1,\"\\ud800\":2}}", "$.inner")]
    [InlineData("{\"inner\":{\"count\":1},\"ratio\":\"1\"}", "$.ratio")]
    [InlineData("{\"inner\":{\"count\":1},\"ratio\":\"\\ud800\"}", "$.ratio")]
    [InlineData("{\"inner\":{\"count\":1},\"kind\":\"cube\"}", "$.kind")]
    [InlineData("{\"inner\":{\"count\":1},\"kind\":1}", "$.kind")]
    [InlineData("{\"inner\":{\"count\":1},\"kind\":null}", "$.kind")]
    [InlineData("{\"inner\":{\"count\":1},\"named\":7}", "$.named")]
    [InlineData("{\"inner\":{\"count\":1},\"named\":{\"top1\":1,\"top5\":\"x\"}}", "$.named.top5")]
    public void Parse_WhatIsNotLegal_IsAJsonExceptionWithThePlace(string json, string path)
    {
        JsonException error = Assert.ThrowsAny<JsonException>(() => JsonMembers.Parse(json, ignoresOthers: false, members =>
        {
            members.Object("inner", inner => inner.Integer("count"), byDefault: 0);
            members.Number("ratio", 1);
            members.NamedNumbers("named");
            members.Choice<TokenizerKind>("kind", TokenizerKind.Scott);
            return json == "{}" ? members.Integer("missing") : 0;
        }));
        Assert.Equal(path, error.Path ?? "$");
    }

    [Fact]
    public void Parse_IgnoringOthers_IgnoresThemInside() => Assert.Equal(
        4,
        JsonMembers.Parse(
            "{\"new\":1,\"inner\":{\"count\":4,\"new\":[]}}", ignoresOthers: true,
            members => members.Object("inner", inner => inner.Integer("count"), 0)));
}

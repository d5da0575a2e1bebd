using System.Text;
using System.Text.Json.Nodes;
using Scott.Models.Foundation;
using Scott.Models.Tests.Parity;

namespace Scott.Models.Tests.Models;

/// <summary>Configurations of timm and transformers: what is taken over exactly, and what is refused by the name of its field.</summary>
public sealed class ForeignConfigurationTests
{
    private const int Mutations = 2_000;

    private static string Cases => Path.Combine(ParityCases.OwnFolder, "vit");

    [Theory]
    [InlineData("vit-tiny/transformers", "config.json", "model_type", "\"clip\"", "model_type")]
    [InlineData("vit-tiny/transformers", "config.json", "hidden_act", "\"gelu_new\"", "hidden_act")]
    [InlineData("vit-tiny/transformers", "config.json", "num_channels", "1", "num_channels")]
    [InlineData("vit-tiny/transformers", "config.json", "window_size", "7", "window_size")]
    [InlineData("vit-tiny/transformers", "config.json", "rope_theta", "100.0", "rope_theta")]
    [InlineData("vit-tiny/transformers", "config.json", "quantization_config", "{}", "quantization_config")]
    [InlineData("vit-tiny/transformers", "config.json", "patch_size", "[16, 8]", "patch_size")]
    [InlineData("vit-tiny/transformers", "config.json", "hidden_size", "-48", "hidden_size")]
    [InlineData("vit-tiny/transformers", "config.json", "id2label", "{\"0\": \"a\", \"2\": \"b\"}", "id2label.1")]
    [InlineData("vit-tiny/transformers", "config.json", "image_size", "32", "image_size")]
    [InlineData("vit-tiny/transformers", "preprocessor_config.json", "resample", "1", "resample")]
    [InlineData("vit-tiny/transformers", "preprocessor_config.json", "do_resize", "false", "do_resize")]
    [InlineData("vit-tiny/transformers", "preprocessor_config.json", "rescale_factor", "1.0", "rescale_factor")]
    [InlineData("vit-tiny/transformers", "preprocessor_config.json", "image_processor_type", "\"CLIPImageProcessor\"", "image_processor_type")]
    [InlineData("vit-tiny/transformers", "preprocessor_config.json", "size", "{\"height\": 64, \"width\": 80}", "size")]
    [InlineData("dinov2-tiny/transformers", "preprocessor_config.json", "do_center_crop", "false", "do_center_crop")]
    [InlineData("dinov2-tiny/timm", "config.json", "global_pool", "\"avg\"", "global_pool")]
    [InlineData("dinov2-tiny/timm", "config.json", "model_args.qk_norm", "true", "model_args.qk_norm")]
    [InlineData("dinov2-tiny/timm", "config.json", "model_args.pos_embed", "\"none\"", "model_args.pos_embed")]
    [InlineData("dinov2-tiny/timm", "config.json", "model_args.invented", "1", "model_args.invented")]
    [InlineData("dinov2-tiny/timm", "config.json", "model_args.embed_dim", "96", "model_args.embed_dim")]
    [InlineData("dinov2-tiny/timm", "config.json", "model_args.act_layer", "\"quick_gelu\"", "model_args.act_layer")]
    [InlineData("dinov2-tiny/timm", "config.json", "pretrained_cfg.interpolation", "\"lanczos\"", "pretrained_cfg.interpolation")]
    [InlineData("dinov2-tiny/timm", "config.json", "pretrained_cfg.crop_mode", "\"border\"", "pretrained_cfg.crop_mode")]
    [InlineData("dinov2-tiny/timm", "config.json", "pretrained_cfg.mean", "[0.5]", "pretrained_cfg.mean")]
    [InlineData("dinov2-tiny/timm", "config.json", "architecture", "\"swin_tiny\"", null)]
    public async Task FromHuggingFaceFolder_WhatCannotBeComputed_IsRefusedByTheNameOfTheField(
        string folder, string file, string field, string value, string? named)
    {
        using Copy copy = new(folder);
        copy.Set(file, field, value);
        if (named is null)
        {
            // All arguments are there, so that the name does not matter.
            await ScottModel.FromHuggingFaceFolderAsync(copy.Folder);
            return;
        }

        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Equal(named, error.Field);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("vit_small_patch14_dinov2", null)]
    [InlineData("vit_base_patch14_reg4_dinov2", null)]
    [InlineData("vit_base_patch16_clip_224", "architecture")]
    [InlineData("vit_base_patch16_rope_224", "architecture")]
    [InlineData("vit_base_patch16_siglip_224", "architecture")]
    [InlineData("deit_small_patch16_224", "architecture")]
    public async Task FromHuggingFaceFolder_TimmNamesOnlyTheArchitecture_PlainNamesAloneAreRead(string name, string? named)
    {
        using Copy copy = new("dinov2-tiny/timm");
        copy.Remove("config.json", "model_args");
        copy.Set("config.json", "architecture", $"\"{name}\"");

        // The tiny model's width, 48, is no multiple of a head's usual width, so that a plain name fails at the number of heads.
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Equal("architecture", error.Field);
        Assert.Equal(named is null, error.Message.Contains("number of heads", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FromHuggingFaceFolder_Preprocessing_IsTakenOver()
    {
        ScottModel shortSide = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, "dinov2-tiny", "transformers"));
        Assert.Equal(
            new PreprocessingSpec { ImagePixels = 56, ResizePixels = 64, Interpolation = Interpolation.Bicubic, CropRounding = CropRounding.Down },
            shortSide.Preprocessing);
        ScottModel stretched = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, "vit-tiny", "transformers"));
        var half = new RgbTriple(0.5f, 0.5f, 0.5f);
        Assert.Equal(
            new PreprocessingSpec
            {
                ImagePixels = 64,
                ResizePixels = 64,
                Resize = ResizeMode.Stretch,
                CropRounding = CropRounding.Down,
                Mean = half,
                StandardDeviation = half,
            },
            stretched.Preprocessing);
        ScottModel timm = await ScottModel.FromHuggingFaceFolderAsync(Path.Combine(Cases, "vit-tiny", "timm"));
        Assert.Equal((64, 71, ResizeMode.ShortSide), (timm.Preprocessing.ImagePixels, timm.Preprocessing.ResizePixels, timm.Preprocessing.Resize));
    }

    [Fact]
    public async Task FromHuggingFaceFolder_CropOfAnotherSizeThanThePositions_ResamplesThem()
    {
        using Copy copy = new("dinov2-tiny/transformers");
        copy.Set("preprocessor_config.json", "crop_size", "{\"height\": 28, \"width\": 28}");
        ScottModel model = await ScottModel.FromHuggingFaceFolderAsync(copy.Folder);
        Assert.Equal((28, 28, 64), (model.Architecture.ImagePixels, model.Preprocessing.ImagePixels, model.Preprocessing.ResizePixels));
        Assert.Equal(4, model.Weights["transformer.pos_embed"].Shape[0]);
    }

    [Fact]
    public async Task FromHuggingFaceFolder_MissingFiles_AreNamed()
    {
        using Copy copy = new("dinov2-tiny/transformers");
        File.Delete(Path.Combine(copy.Folder, "preprocessor_config.json"));
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Equal("preprocessor_config.json", error.Field);
        File.Delete(Path.Combine(copy.Folder, "model.safetensors"));
        error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Contains("has no weights", error.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(copy.Folder, "config.json"));
        error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Contains("has no config.json", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FromHuggingFaceFolder_TimmBuiltForAnotherSize_TakesItOnlyIfTheSizeIsFixed()
    {
        using Copy copy = new("dinov2-tiny/timm");
        copy.Set("config.json", "pretrained_cfg.input_size", "[3, 70, 70]");
        ModelFormatException error = await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Equal("model_args.img_size", error.Field);
        copy.Set("config.json", "pretrained_cfg.fixed_input_size", "true");
        ScottModel fixedSize = await ScottModel.FromHuggingFaceFolderAsync(copy.Folder);
        Assert.Equal((56, 56), (fixedSize.Architecture.ImagePixels, fixedSize.Preprocessing.ImagePixels));
        copy.Set("config.json", "model_args.dynamic_img_size", "true");
        ScottModel flexible = await ScottModel.FromHuggingFaceFolderAsync(copy.Folder);
        Assert.Equal((70, 70), (flexible.Architecture.ImagePixels, flexible.Preprocessing.ImagePixels));
    }

    [Fact]
    public async Task FromHuggingFaceFolder_ClassesWithoutNames_HaveTransformersDefaults()
    {
        using Copy copy = new("vit-tiny/transformers");
        copy.Remove("config.json", "id2label");
        ScottClassifier classifier = await ScottClassifier.FromHuggingFaceFolderAsync(copy.Folder);
        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2", "LABEL_3", "LABEL_4"], classifier.ClassNames);
        Assert.False(classifier.IsMultiLabel);
    }

    [Fact]
    public async Task FromHuggingFaceFolder_OtherProblemTypes_AreReadAsSuch()
    {
        using Copy copy = new("vit-tiny/transformers");
        copy.Set("config.json", "problem_type", "\"multi_label_classification\"");
        ScottClassifier classifier = await ScottClassifier.FromHuggingFaceFolderAsync(copy.Folder);
        Assert.Equal([0.5f, 0.5f, 0.5f, 0.5f, 0.5f], classifier.Thresholds);
        copy.Set("config.json", "problem_type", "\"regression\"");
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottClassifier.FromHuggingFaceFolderAsync(copy.Folder));
        Assert.Equal(classifier.Model.Architecture, (await ScottModel.FromHuggingFaceFolderAsync(copy.Folder)).Architecture);
    }

    [Theory]
    [InlineData("{\"\\ud800\": 1}")]
    [InlineData("{\"a\": {\"\\udfff\": 1}}")]
    public async Task FromHuggingFaceFolder_NameThatIsNoText_IsRefused(string json)
    {
        using Copy copy = new("vit-tiny/transformers");
        await File.WriteAllTextAsync(Path.Combine(copy.Folder, "config.json"), json);
        await Assert.ThrowsAsync<ModelFormatException>(() => ScottModel.FromHuggingFaceFolderAsync(copy.Folder));
    }

    [Fact]
    public async Task FromHuggingFaceFolder_DeiTPreprocessing_StretchesAndCrops()
    {
        using Copy copy = new("vit-tiny/transformers");
        copy.Set("preprocessor_config.json", "image_processor_type", "\"DeiTFeatureExtractor\"");
        copy.Set("preprocessor_config.json", "size", "72");
        copy.Set("preprocessor_config.json", "crop_size", "64");
        copy.Set("preprocessor_config.json", "resample", "3");
        PreprocessingSpec spec = (await ScottModel.FromHuggingFaceFolderAsync(copy.Folder)).Preprocessing;
        Assert.Equal((64, 72, ResizeMode.Stretch, Interpolation.Bicubic), (spec.ImagePixels, spec.ResizePixels, spec.Resize, spec.Interpolation));
    }

    [Fact]
    public void Distinct_NamesThatOccurTwice_GetTheirNumber() =>
        Assert.Equal(["crane", "class 1", "crane (2)", "a"], ForeignModel.Distinct(["crane", " ", "crane", "a"]));

    [Fact]
    public async Task FromHuggingFaceFolder_MutatedConfigurations_GiveTypedErrorsOnly()
    {
        var random = new DeterministicRandom(47, nameof(ForeignConfigurationTests));
        string[] folders = ["dinov2-tiny/timm", "dinov2-tiny-reg4-swiglu/timm", "dinov2-tiny/transformers", "vit-tiny/transformers"];
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            using Copy copy = new(folders[i % folders.Length]);
            string[] files = [.. Directory.GetFiles(copy.Folder, "*.json")];
            string file = files[random.NextInt32(files.Length)];
            await File.WriteAllBytesAsync(file, Mutate(await File.ReadAllBytesAsync(file), random));
            try
            {
                ScottModel model = await ScottModel.FromHuggingFaceFolderAsync(copy.Folder);
                Assert.Equal(model.Architecture.ImageHeight, model.Preprocessing.ImageHeight);
            }
            catch (ScottException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, Mutations / 4, Mutations - 1);
    }

    /// <summary>Changes bytes, or replaces a value by another of another kind.</summary>
    private static byte[] Mutate(byte[] json, DeterministicRandom random)
    {
        if (random.NextInt32(2) == 0)
        {
            byte[] changed = [.. json];
            for (int i = 0; i <= random.NextInt32(4); i++)
                changed[random.NextInt32(changed.Length)] = (byte)random.NextInt32(256);

            return random.NextInt32(8) == 0 ? changed[..random.NextInt32(changed.Length)] : changed;
        }

        string[] values =
        [
            "null", "0", "-1", "1e308", "99999999999", "4294967296", "0.5", "\"\"", "\"gelu\"", "[]", "{}", "[1, 2]",
            "true", "false", "[3, 1, 1]", "7", "2147483647",
        ];
        JsonObject root = JsonNode.Parse(json)!.AsObject();
        JsonObject target = root;
        JsonObject[] nested = [.. root.Select(member => member.Value).OfType<JsonObject>()];
        if (nested.Length > 0 && random.NextInt32(2) == 0)
            target = nested[random.NextInt32(nested.Length)];

        string[] names = [.. target.Select(member => member.Key)];
        if (names.Length > 0)
            target[names[random.NextInt32(names.Length)]] = JsonNode.Parse(values[random.NextInt32(values.Length)]);

        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    /// <summary>A copy of a case's folder that a test may change.</summary>
    private sealed class Copy : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Copy(string folder)
        {
            foreach (string path in Directory.GetFiles(Path.Combine(Cases, folder)))
                File.Copy(path, _folder.File(Path.GetFileName(path)));
        }

        public string Folder => Path.GetDirectoryName(_folder.File("config.json"))!;

        /// <summary>Sets a field, which may be in an object: "object.field".</summary>
        public void Set(string file, string field, string value) => Change(file, field, (target, name) => target[name] = JsonNode.Parse(value));

        public void Remove(string file, string field) => Change(file, field, (target, name) => target.Remove(name));

        public void Dispose() => _folder.Dispose();

        private void Change(string file, string field, Action<JsonObject, string> change)
        {
            JsonObject root = JsonNode.Parse(File.ReadAllText(_folder.File(file)))!.AsObject();
            string[] parts = field.Split('.');
            change(parts.Length == 1 ? root : root[parts[0]]!.AsObject(), parts[^1]);
            File.WriteAllText(_folder.File(file), root.ToJsonString());
        }
    }
}

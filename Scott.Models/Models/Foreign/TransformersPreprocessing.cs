namespace Scott.Models;

/// <summary>Reads the <c>preprocessor_config.json</c> of Hugging Face transformers, exactly or not at all.</summary>
/// <remarks>Reference: <c>image_processing_vit.py</c>, <c>image_processing_bit.py</c> and <c>image_transforms.py</c>. The slow processors round the
/// start of a center crop down, torchvision and the fast ones to the even number.</remarks>
internal static class TransformersPreprocessing
{
    private const string Crop = "crop_size";
    private const string Size = "size";

    private static readonly string[] StretchTypes = ["ViTImageProcessor", "ViTFeatureExtractor", "ViTImageProcessorFast"];
    private static readonly string[] CroppedStretchTypes = ["DeiTImageProcessor", "DeiTFeatureExtractor", "DeiTImageProcessorFast"];
    private static readonly string[] ShortSideTypes = ["BitImageProcessor", "BitImageProcessorFast"];

    public static PreprocessingSpec Read(ConfigurationNode config)
    {
        string field = config.Has("image_processor_type") ? "image_processor_type" : "feature_extractor_type";
        string type = config.Text(field);
        bool isStretched = StretchTypes.Contains(type);
        bool isCroppedStretch = CroppedStretchTypes.Contains(type);
        if (!isStretched && !isCroppedStretch && !ShortSideTypes.Contains(type))
        {
            string known = string.Join(", ", [.. StretchTypes, .. CroppedStretchTypes, .. ShortSideTypes]);
            throw config.Fault(field, $"is '{type}'; expected one of {known}.");
        }

        config.RequireAbsentOr("do_resize", "a model for images of any size is not supported.", "true");
        config.RequireAbsentOr("do_rescale", "expected values from 0 to 1.", "true");
        config.RequireAbsentOr("do_pad", "padding is not supported.", "false");
        config.RequireAbsentOr("crop_pct", "a crop by percentage is not supported here.");
        if (Math.Abs((config.Number("rescale_factor", 1 / 255.0) * 255) - 1) > 1e-6)
            throw config.Fault("rescale_factor", "is not 1/255; expected values from 0 to 1.");

        bool isNormalized = config.Boolean("do_normalize", true);
        PreprocessingSpec spec = isStretched ? Stretched(config) : isCroppedStretch ? CroppedStretch(config) : ShortSide(config);
        return spec with
        {
            Interpolation = Filter(config, isStretched ? 2 : 3),
            CropRounding = type.EndsWith("Fast", StringComparison.Ordinal) ? CropRounding.HalfToEven : CropRounding.Down,
            Mean = isNormalized ? Triple(config, "image_mean") : default,
            StandardDeviation = isNormalized ? Triple(config, "image_std") : new RgbTriple(1, 1, 1),
        };
    }

    /// <summary>The whole image becomes a square, whatever its shape.</summary>
    private static PreprocessingSpec Stretched(ConfigurationNode config)
    {
        config.RequireAbsentOr("do_center_crop", "this processor does not crop.", "false");
        int side = config.IsNumber(Size) ? config.Integer(Size) : Square(config, Size);
        return new PreprocessingSpec { ImagePixels = side, ResizePixels = side, Resize = ResizeMode.Stretch };
    }

    /// <summary>The whole image becomes a square, and the center is cut out.</summary>
    private static PreprocessingSpec CroppedStretch(ConfigurationNode config)
    {
        config.RequireAbsentOr("do_center_crop", "this processor crops.", "true");
        return new PreprocessingSpec
        {
            ImagePixels = config.IsNumber(Crop) ? config.Integer(Crop) : Square(config, Crop),
            ResizePixels = config.IsNumber(Size) ? config.Integer(Size) : Square(config, Size),
            Resize = ResizeMode.Stretch,
        };
    }

    /// <summary>The short side gets a length, and the center is cut out.</summary>
    private static PreprocessingSpec ShortSide(ConfigurationNode config)
    {
        config.RequireAbsentOr("do_center_crop", "without a crop, images keep different shapes.", "true");
        int side = config.IsNumber(Size) ? config.Integer(Size)
            : (config.Object(Size) ?? throw config.Fault(Size, "is missing.")).Integer("shortest_edge");
        return new PreprocessingSpec { ImagePixels = config.IsNumber(Crop) ? config.Integer(Crop) : Square(config, Crop), ResizePixels = side };
    }

    private static int Square(ConfigurationNode config, string field)
    {
        ConfigurationNode size = config.Object(field) ?? throw config.Fault(field, "is missing; expected height and width.");
        (int height, int width) = (size.Integer("height"), size.Integer("width"));
        return height == width ? height : throw config.Fault(field, $"is {height}×{width}; expected a square.");
    }

    /// <summary>Pillow's number of the filter.</summary>
    private static Interpolation Filter(ConfigurationNode config, int byDefault) => config.Integer("resample", byDefault) switch
    {
        2 => Interpolation.Bilinear,
        3 => Interpolation.Bicubic,
        int other => throw config.Fault("resample", $"is {other}; expected 2 (bilinear) or 3 (bicubic)."),
    };

    private static RgbTriple Triple(ConfigurationNode config, string field) => config.Numbers(field, 3) is [float red, float green, float blue]
        ? new RgbTriple(red, green, blue)
        : throw config.Fault(field, "is missing; expected three numbers.");
}

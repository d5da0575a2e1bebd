using System.Diagnostics;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.ML;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Scott.Models.Hosting;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Documentation;

/// <summary>The C# blocks of <c>docs/apps.md</c>, word for word, as code that compiles and runs.</summary>
/// <remarks><see cref="AppDocumentTests"/> compares the two.</remarks>
internal static class AppExamples
{
    public static void AddServices(HostApplicationBuilder builder)
    {
        // apps.md
        builder.Services.AddScottFeatureExtractor(builder.Configuration.GetSection("Scott"));
        builder.Services.AddKeyedScottFeatureExtractor("products", options => options.ModelPath = "products.safetensors");
        // end

        // apps.md
        builder.Services.AddScottImageClassifier(options => options.ModelPath = "classifier.safetensors");
        // end

        // apps.md
        builder.Services.AddHttpClient(ScottFeatureExtractorOptions.HttpClientName)
            .ConfigureHttpClient(client => client.DefaultRequestHeaders.UserAgent.ParseAdd("MyApp/1.0"));
        // end
    }

    public static void AddTraining(HostApplicationBuilder builder)
    {
        // apps.md
        builder.Services.AddHostedService<TrainingService>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(2));
        // end
    }

    public static async Task<float[]> GenerateAsync(IServiceProvider services)
    {
        // apps.md
        var generator = services.GetRequiredService<IEmbeddingGenerator<DataContent, Embedding<float>>>();
        DataContent image = await DataContent.LoadFromAsync("photos/cat.jpg");
        ReadOnlyMemory<float> vector = await generator.GenerateVectorAsync(image);
        // end
        return vector.ToArray();
    }

    public static async Task MeasureAsync(Func<Task> run, List<Activity> activities, List<Metric> measured)
    {
        // apps.md
        using TracerProvider tracing = Sdk.CreateTracerProviderBuilder()
            .AddSource(ScottTelemetry.ActivitySourceName)
            .AddInMemoryExporter(activities)
            .Build();
        using MeterProvider metrics = Sdk.CreateMeterProviderBuilder().AddMeter(ScottTelemetry.MeterName).AddInMemoryExporter(measured).Build();
        // end
        await run();
        tracing.ForceFlush();
        metrics.ForceFlush();
    }

    public static async Task<(string Label, float[] Embedding)> ScoreInMlNetAsync(ScottModel model)
    {
        // apps.md
        await model.ExportOnnx("backbone.onnx").SaveAsync();
        var preprocessor = new ImagePreprocessor(model.Preprocessing);
        List<Image> images = [];
        foreach (string path in Directory.EnumerateFiles("labeled/train", "*.png", SearchOption.AllDirectories))
        {
            var image = new Image { Label = Path.GetFileName(Path.GetDirectoryName(path)!) };
            await preprocessor.PreprocessAsync(path, image.Pixels);
            images.Add(image);
        }

        var ml = new MLContext(seed: 1);
        var shapes = new Dictionary<string, int[]> { ["images"] = [1, 3, 112, 112] };
        var pipeline = ml.Transforms.ApplyOnnxModel(["embedding"], ["images"], "backbone.onnx", shapes, gpuDeviceId: null, fallbackToCpu: false)
            .AppendCacheCheckpoint(ml) // otherwise every pass of the trainer would run the backbone again
            .Append(ml.Transforms.Conversion.MapValueToKey("Label"))
            .Append(ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy("Label", "embedding"))
            .Append(ml.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer trained = pipeline.Fit(ml.Data.LoadFromEnumerable(images));
        using PredictionEngine<Image, Prediction> engine = ml.Model.CreatePredictionEngine<Image, Prediction>(trained);
        Console.WriteLine(engine.Predict(images[0]).PredictedLabel);
        // end
        Prediction first = engine.Predict(images[0]);
        return (first.PredictedLabel == images[0].Label ? "right" : "wrong", first.Embedding);
    }
}

// Embeds images in a program that is compiled ahead of time, without a native library for inference. Says when its first vector was there.
using System.Diagnostics;
using Scott.Models;
using Scott.Models.Inference;

if (args.Length == 0)
{
    Console.Error.WriteLine("Usage: EmbedAot IMAGE...");
    return 1;
}

ScottModel model = await ScottModel.FromFileAsync(Path.Combine(AppContext.BaseDirectory, "model.safetensors"));
using FeatureExtractor features = model.ExtractFeatures().UseManaged().WithUnitLength().Build();
Console.WriteLine($"{features.EngineDescription}");
try
{
    for (int i = 0; i < args.Length; i++)
    {
        float[] vector = await features.EmbedAsync(args[i]);
        if (i == 0)
            Console.WriteLine($"First vector {(DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds:F0} ms after the start.");

        Console.WriteLine($"{args[i]}: {string.Join(' ', vector.Take(4).Select(value => $"{value:F4}"))} ... ({vector.Length} numbers)");
    }
}
catch (Exception exception) when (exception is ScottException or IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine(exception.Message); // It names the image.
    return 1;
}

return 0;

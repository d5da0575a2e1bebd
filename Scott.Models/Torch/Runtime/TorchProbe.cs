using TorchSharp;

namespace Scott.Models.Torch;

/// <summary>Examines whether libtorch loads and which devices it offers.</summary>
internal static class TorchProbe
{
    public static IEnumerable<DiagnosticsEntry> Examine()
    {
        try
        {
            TorchRuntime.EnsureLoaded();
        }
        catch (NativeLibraryException exception)
        {
            return [new DiagnosticsEntry("libtorch", "does not load; needed for training only", exception.Message)];
        }

        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        return
        [
            new DiagnosticsEntry("libtorch", $"{torch.__version__} by TorchSharp {version}, {Plural.Of(torch.get_num_threads(), "thread")}"),
            new DiagnosticsEntry("CUDA", torch.cuda.is_available() ? Plural.Of(torch.cuda.device_count(), "GPU") : "not available"),
            new DiagnosticsEntry("torch devices", string.Join(", ", TorchDevice.Available())),
        ];
    }
}

using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices.JavaScript;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;

namespace EmbedBrowser;

/// <summary>The page and what it holds: the images with their vectors, and the chosen one.</summary>
public sealed partial class AlikePage : ComponentBase, IDisposable
{
    private const int MostFiles = 500;
    private const long MostBytes = 64L << 20;

    private readonly List<string> _faults = [];
    private List<Found> _images = [];
    private BrowserEmbedder? _embedder;
    private Found? _chosen;
    private bool _isBusy;
    private string _status = "Loading the model ...";

    /// <inheritdoc />
    public void Dispose() => _embedder?.Dispose();

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _embedder = await BrowserEmbedder.LoadAsync(Client);
            _status = $"Ready. {_embedder.Description}";
        }
        catch (HttpRequestException exception)
        {
            _status = "The model could not be loaded. Reload the page.";
            _faults.Add(exception.Message);
        }
    }

    private async Task TakeAsync(InputFileChangeEventArgs change)
    {
        _faults.Clear();
        if (change.FileCount > MostFiles)
        {
            _faults.Add($"These are {change.FileCount} files; this page takes at most {MostFiles} at once.");
            return;
        }

        _isBusy = true;
        (int done, int embedded) = (0, 0);
        double milliseconds = 0;
        foreach (IBrowserFile file in change.GetMultipleFiles(MostFiles))
        {
            _status = $"Image {++done} of {change.FileCount}: {file.Name}";
            await ShowAsync();
            try
            {
                milliseconds += await AddAsync(file);
                embedded++;
            }
            catch (Exception exception) when (exception is InvalidDataException or IOException or JSException)
            {
                _faults.Add($"{file.Name}: {exception.Message}");
            }
        }

        _isBusy = false;
        string time = (milliseconds / Math.Max(1, embedded)).ToString("F0", CultureInfo.InvariantCulture);
        _status = $"Images: {_images.Count}. Embedding took {time} ms for each, without decoding. {_embedder!.Description}";
        Order();
    }

    private async Task<double> AddAsync(IBrowserFile file)
    {
        if (file.Size > MostBytes)
            throw new InvalidDataException($"It has {file.Size >> 20} MB; this page takes at most {MostBytes >> 20} MB.");

        byte[] bytes = new byte[file.Size];
        await using (Stream stream = file.OpenReadStream(MostBytes))
            await stream.ReadExactlyAsync(bytes);

        BrowserImage image = await BrowserImage.DecodeAsync(bytes, file.ContentType);
        (float[] vector, double milliseconds) = await _embedder!.EmbedAsync(image.Image, file.Name);
        var found = new Found(file.Name, image, vector);
        _images.Add(found);
        _chosen ??= found;
        return milliseconds;
    }

    private void Choose(Found found)
    {
        _chosen = found;
        Order();
    }

    /// <summary>The chosen image first, then what is most like it.</summary>
    private void Order()
    {
        if (_chosen is { } chosen)
            _images = [.. _images.OrderByDescending(found => found == chosen).ThenByDescending(found => Similarity(found, chosen))];
    }

    /// <summary>The cosine of two vectors of length 1.</summary>
    private static float Similarity(Found one, Found other) => TensorPrimitives.Dot<float>(one.Vector, other.Vector);

    private string Likeness(Found found) => Similarity(found, _chosen ?? found).ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>There is one thread: without a pause the browser would show nothing until all is done.</summary>
    private async Task ShowAsync()
    {
        StateHasChanged();
        await Task.Delay(1);
    }

    private sealed record Found(string Name, BrowserImage Image, float[] Vector);
}

using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Scott.Models;

namespace EmbedBrowser;

/// <summary>The page and what it holds: the images with their vectors, and the chosen one.</summary>
public sealed partial class SimilarImagesPage : ComponentBase, IDisposable
{
    private const int MostFiles = 500;
    private const int MostImages = 2000; // A vector and a preview of each are kept.
    private const long MostBytes = 64L << 20;

    private readonly List<string> _faults = [];
    private List<Found> _images = [];
    private BrowserEmbedder? _embedder;
    private Found? _chosen;
    private bool _isBusy;
    private bool _isDisposed;
    private string _status = "Loading the model ...";

    /// <summary>Ends what is under way, and frees the previews.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _images.ForEach(found => BrowserImage.Release(found.Preview));
        _embedder?.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        try
        {
            _embedder = await BrowserEmbedder.LoadAsync(Client);
            _status = $"Ready. {_embedder.Description}";
        }
        catch (Exception exception) when (exception is HttpRequestException or ScottException)
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
            _faults.Add($"Too many files: the page takes at most {MostFiles} at once.");
            return;
        }

        if (_images.Count + change.FileCount > MostImages)
        {
            _faults.Add($"Too many images: the page holds at most {MostImages}. Remove those that are there first.");
            return;
        }

        _isBusy = true;
        (int done, int embedded, double milliseconds) = (0, 0, 0);
        foreach (IBrowserFile file in change.GetMultipleFiles(MostFiles))
        {
            _status = $"Image {++done} of {change.FileCount}: {file.Name}";
            await ShowAsync();
            if (_isDisposed)
                return;

            try
            {
                milliseconds += await AddAsync(file);
                embedded++;
            }
            catch (Exception exception)
            {
                // Whatever is wrong with one file, for example that it was deleted meanwhile: the others continue.
                _faults.Add($"{file.Name}: {exception.Message}");
            }
        }

        _isBusy = false;
        if (_isDisposed)
            return;

        string time = (milliseconds / embedded).ToString("F0", CultureInfo.InvariantCulture);
        string took = embedded == 0 ? string.Empty : $" Embedding took {time} ms for each, without decoding.";
        _status = $"Images: {_images.Count}.{took} {_embedder!.Description}";
        Order();
    }

    private async Task<double> AddAsync(IBrowserFile file)
    {
        if (file.Size > MostBytes)
            throw new InvalidDataException($"It has more than {MostBytes >> 20} MB, which is the most that the page takes.");

        byte[] bytes = new byte[file.Size];
        await using (Stream stream = file.OpenReadStream(MostBytes))
            await stream.ReadExactlyAsync(bytes);

        BrowserImage image = await BrowserImage.DecodeAsync(bytes, file.ContentType);
        bool isKept = false;
        try
        {
            (float[] vector, double milliseconds) = await _embedder!.EmbedAsync(image.Pixels, file.Name);
            if (_isDisposed)
                return milliseconds;

            var found = new Found(file.Name, image.Preview, vector);
            _images.Add(found);
            _chosen ??= found;
            isKept = true;
            return milliseconds;
        }
        finally
        {
            if (!isKept)
                BrowserImage.Release(image.Preview);
        }
    }

    private void Clear()
    {
        _images.ForEach(found => BrowserImage.Release(found.Preview));
        _images.Clear();
        _chosen = null;
        _faults.Clear();
        _status = $"Ready. {_embedder!.Description}";
    }

    private void Choose(Found found)
    {
        _chosen = found;
        Order();
    }

    /// <summary>The chosen image first, then what is most similar to it.</summary>
    private void Order()
    {
        if (_chosen is { } chosen)
            _images = [.. _images.OrderByDescending(found => found == chosen).ThenByDescending(found => Similarity(found, chosen))];
    }

    /// <summary>The cosine of two vectors of length 1.</summary>
    private static float Similarity(Found one, Found other) => TensorPrimitives.Dot<float>(one.Vector, other.Vector);

    private string SimilarityText(Found found) => Similarity(found, _chosen ?? found).ToString("F3", CultureInfo.InvariantCulture);

    /// <summary>There is one thread: without a pause the browser would show nothing until all is done.</summary>
    private async Task ShowAsync()
    {
        StateHasChanged();
        await Task.Delay(1);
    }

    /// <summary>What is kept of an image: not its pixels, which would soon fill the memory.</summary>
    private sealed record Found(string Name, string Preview, float[] Vector);
}

using ImageSearch.Options;
using Scott.Models;

namespace ImageSearch.Web;

/// <summary>Problem details (RFC 9457) about an image. Their member <c>reason</c> completes a sentence: "is damaged; save it again".</summary>
internal static class ImageProblem
{
    private const string Formats = "JPEG, PNG, WebP, BMP, GIF or TIFF";
    private const string TooLargeTitle = "The image is too large";

    public static IResult Of(ImageFault fault, long maximumPixels) => fault switch
    {
        ImageFault.NotAnImage or ImageFault.UnsupportedFormat => Create(
            StatusCodes.Status415UnsupportedMediaType, "Not an image of a known format", $"is not an image of a known format; expected {Formats}"),
        ImageFault.UnsupportedVariant => Create(
            StatusCodes.Status415UnsupportedMediaType,
            "Not an image of a known kind",
            "is of a kind that is not supported; convert it to a baseline JPEG or a PNG"),
        ImageFault.GitLfsPointer => Create(
            StatusCodes.Status415UnsupportedMediaType, "Not an image of a known format", "is a Git LFS pointer and not the image; run git lfs pull"),
        ImageFault.TooManyPixels => Create(
            StatusCodes.Status413PayloadTooLarge,
            TooLargeTitle,
            FormattableString.Invariant($"has too many pixels; expected at most {maximumPixels}")),
        ImageFault.TooManyBytes => Create(StatusCodes.Status413PayloadTooLarge, TooLargeTitle, "has too many bytes; save it in a compressed format"),
        ImageFault.Empty => Create(StatusCodes.Status400BadRequest, "The image is empty", "is empty; expected an image"),
        ImageFault.NoPixels => Create(StatusCodes.Status400BadRequest, "The image is damaged", "has no pixels; save it again"),
        ImageFault.Truncated => Create(StatusCodes.Status400BadRequest, "The image is damaged", "is cut off; save it again"),
        _ => Create(StatusCodes.Status400BadRequest, "The image is damaged", "is damaged; save it again"),
    };

    public static IResult TooLarge(ServeOptions options) => Create(
        StatusCodes.Status413PayloadTooLarge,
        TooLargeTitle,
        $"is too large; expected at most {options.MaximumUploadMebibytes} MiB (--max-upload-mib)");

    /// <summary>Nothing is indexed under the id.</summary>
    public static IResult Unknown() =>
        Create(StatusCodes.Status404NotFound, "Unknown image", "is not in the index; take an image from a search");

    /// <summary>The file was deleted after it was indexed.</summary>
    public static IResult Gone() =>
        Create(StatusCodes.Status404NotFound, "The image is gone", "is no longer in the folder; start the app again to update the index");

    private static IResult Create(int status, string title, string reason) =>
        Results.Problem(
            $"The image {reason}.", statusCode: status, title: title, extensions: new Dictionary<string, object?> { ["reason"] = reason });
}

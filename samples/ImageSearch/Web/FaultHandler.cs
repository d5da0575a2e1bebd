using ImageSearch.Options;
using Microsoft.AspNetCore.Diagnostics;
using Scott.Models.Errors;

namespace ImageSearch.Web;

/// <summary>Makes problem details (RFC 9457) of the errors that a request can meet without a fault of the app; the rest stays a 500 in the log.</summary>
internal sealed class FaultHandler(ServeOptions options) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Problem(exception) is not { } problem)
        {
            return false;
        }

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private IResult? Problem(Exception exception) => exception switch
    {
        ImageFormatException image => Results.Problem(image.Message, statusCode: Status(image.Fault), title: Title(image.Fault)),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Results.Problem(
            $"A picture may have at most {options.MaximumUploadMebibytes} MiB; start the app with a larger --max-upload-mib, or give a smaller picture.",
            statusCode: StatusCodes.Status413PayloadTooLarge,
            title: "The picture is too large"),
        BadHttpRequestException bad => Results.Problem(bad.Message, statusCode: bad.StatusCode),
        FileNotFoundException or DirectoryNotFoundException => Results.Problem(
            "The picture was in the folder when it was indexed, and is not there any more. Start the app anew.", statusCode: StatusCodes.Status404NotFound),
        OperationCanceledException => Results.Problem("The app is ending.", statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => null,
    };

    private static int Status(ImageFault fault) => fault switch
    {
        ImageFault.NotAnImage or ImageFault.UnsupportedFormat or ImageFault.UnsupportedVariant or ImageFault.GitLfsPointer =>
            StatusCodes.Status415UnsupportedMediaType,
        ImageFault.TooManyPixels or ImageFault.TooManyBytes => StatusCodes.Status413PayloadTooLarge,
        _ => StatusCodes.Status400BadRequest,
    };

    private static string Title(ImageFault fault) => Status(fault) switch
    {
        StatusCodes.Status415UnsupportedMediaType => "Not a picture of a known kind",
        StatusCodes.Status413PayloadTooLarge => "The picture is too large",
        _ => "The picture is damaged",
    };
}

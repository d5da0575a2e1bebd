using ImageSearch.Options;
using Microsoft.AspNetCore.Diagnostics;
using Scott.Models.Foundation;
using Scott.Models.Inference;

namespace ImageSearch.Web;

/// <summary>Makes problem details (RFC 9457) of errors that are no fault of the app; all others stay a 500 in the log.</summary>
internal sealed class FaultHandler(ServeOptions options, FeatureExtractor extractor) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (Problem(exception) is not { } problem)
            return false;

        await problem.ExecuteAsync(httpContext);
        return true;
    }

    private IResult? Problem(Exception exception) => exception switch
    {
        ImageFormatException image => ImageProblem.Of(image.Fault, extractor.Options.Decoding.MaximumPixels),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => ImageProblem.TooLarge(options),
        BadHttpRequestException bad => Results.Problem(Words(bad.StatusCode), statusCode: bad.StatusCode),
        FileNotFoundException or DirectoryNotFoundException => ImageProblem.Gone(),
        OperationCanceledException => Results.Problem("The app is ending; start it again.", statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => null,
    };

    /// <summary>The server's own words are for whoever programs it.</summary>
    private static string Words(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "The request arrived too slowly; send it again.",
        StatusCodes.Status415UnsupportedMediaType => "The request holds a form; send the image itself as the body.",
        _ => "The request is malformed; send the image itself as the body, with its length or in legal chunks.",
    };
}

using ImageSearch.Options;
using Microsoft.AspNetCore.Diagnostics;
using Scott.Models;
using Scott.Models.Inference;

namespace ImageSearch.Web;

/// <summary>Turns errors that are not bugs of the app into problem details (RFC 9457); all others are logged and answered with 500.</summary>
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
        RefusedException refused => Results.Problem(refused.Message, statusCode: refused.Status),
        FileNotFoundException or DirectoryNotFoundException => ImageProblem.Gone(),
        OperationCanceledException => Results.Problem("The app is ending; start it again.", statusCode: StatusCodes.Status503ServiceUnavailable),
        _ => null,
    };

    /// <summary>A message for users: the server's own messages are for developers.</summary>
    private static string Words(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => "The request arrived too slowly; send it again.",
        StatusCodes.Status415UnsupportedMediaType => "The request holds a form; send the image itself as the body.",
        _ => "The request is malformed; send the image itself as the body, with its length or in legal chunks.",
    };
}

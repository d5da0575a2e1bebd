using ImageSearch.Classes;
using ImageSearch.Options;

namespace ImageSearch.Web;

/// <summary>Adds images to classes, renames and removes classes. Each answer lists all classes.</summary>
internal static class ClassEndpoints
{
    private const string Path = "/api/classes";

    public static void MapClasses(this WebApplication app)
    {
        app.MapGet(Path, (ClassStore classes) => classes.List);
        app.MapPost(Path, AddAsync).RequireRateLimiting(RequestGates.Searches);
        app.MapPatch(Path, RenameAsync);
        app.MapDelete(Path, RemoveAsync);
    }

    /// <summary>Adds one image, which is the body, to the class.</summary>
    private static async Task<IResult> AddAsync(
        string? name, HttpRequest request, ClassStore classes, ServeOptions options, IHostApplicationLifetime lifetime)
    {
        string className = ClassName.Checked(name);
        using CancellationTokenSource ended = RequestEnd.Of(request, lifetime);
        ReadOnlyMemory<byte> image = await UploadedImage.ReadAsync(request, options.MaximumUploadBytes, ended.Token);
        return Results.Ok(await classes.AddAsync(className, image, ended.Token));
    }

    private static async Task<IResult> RenameAsync(string? name, string? newName, ClassStore classes, CancellationToken cancellationToken) =>
        !string.IsNullOrEmpty(name) && await classes.RenameAsync(name, ClassName.Checked(newName), cancellationToken)
            ? Results.Ok(classes.List)
            : Unknown();

    private static async Task<IResult> RemoveAsync(string? name, ClassStore classes, CancellationToken cancellationToken) =>
        !string.IsNullOrEmpty(name) && await classes.RemoveAsync(name, cancellationToken) ? Results.Ok(classes.List) : Unknown();

    private static IResult Unknown() => Results.Problem(
        "There is no such class; load the page again to see the classes.", statusCode: StatusCodes.Status404NotFound, title: "Unknown class");
}

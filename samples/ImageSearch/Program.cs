// A web app that finds the images of a folder that look most like a given one.
using ImageSearch;
using ImageSearch.Options;

var command = new ServeCommand();
command.Root.SetAction((result, cancellationToken) => App.RunAsync(command.Bind(result), cancellationToken));
return await CommandLine.RunAsync(command.Root, ServeCommand.Examples, args);

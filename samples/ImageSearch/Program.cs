// A web app over a folder of images: finds those like a given one, near duplicates, and anomalies, and learns classes from a few images.
using ImageSearch;
using ImageSearch.Options;

var command = new ServeCommand();
command.Root.SetAction((result, cancellationToken) => App.RunAsync(command.Bind(result), cancellationToken));
return await CommandLine.RunAsync(command.Root, ServeCommand.Examples, args);

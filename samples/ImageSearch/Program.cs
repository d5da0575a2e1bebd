using ImageSearch;
using ImageSearch.Options;

var command = new ServeCommand();
command.Root.SetAction((result, cancellationToken) => App.RunAsync(command.Bind(result), cancellationToken));
return await CommandLine.RunAsync(command.Root, ServeCommand.Examples, args);

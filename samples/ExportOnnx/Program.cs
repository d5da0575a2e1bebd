using ExportOnnx;
using ExportOnnx.Exporting;
using Samples.Shared;

var command = new ExportCommand();
command.Root.SetAction((result, _) => App.RunAsync(command.Bind(result)));
return await CommandLine.RunAsync(command.Root, ExportCommand.Examples, args);

using ExtractFeatures;
using ExtractFeatures.Options;
using Samples.Shared;

var command = new ExtractCommand();
command.Root.SetAction((result, _) => App.RunAsync(command.Bind(result)));
return await CommandLine.RunAsync(command.Root, ExtractCommand.Examples, args);

using System.CommandLine;
using PretrainAndFineTune;
using PretrainAndFineTune.Pretrain;
using Samples.Shared;

var pretrain = new PretrainCommand();
pretrain.Command.SetAction((result, _) => App.PretrainAsync(pretrain.Bind(result, args)));
var root = new RootCommand("Trains SCOTT backbones on your own pictures. Without any argument: a demo on drawn ones.") { pretrain.Command };
root.SetAction((_, _) => App.DemoAsync(pretrain));
return await CommandLine.RunAsync(root, PretrainCommand.Examples, args);

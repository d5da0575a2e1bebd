using System.CommandLine;
using PretrainAndFineTune;
using PretrainAndFineTune.Both;
using PretrainAndFineTune.Compare;
using PretrainAndFineTune.Evaluate;
using PretrainAndFineTune.FineTune;
using PretrainAndFineTune.Pretrain;
using Samples.Shared;

const string Examples =
    """
    Examples:
      PretrainAndFineTune                                                   a demo of half a minute on drawn images
      PretrainAndFineTune pretrain photos                                   a new scott-mini-112 by the short recipe, into runs/photos/pretrain
      PretrainAndFineTune pretrain photos --minutes 60 -o runs/hour         what fits into an hour
      PretrainAndFineTune pretrain photos -m runs/hour/model.safetensors    from weights that were trained before
      PretrainAndFineTune pretrain photos --labels-train labeled/train --labels-val labeled/val --evaluate-every 5
                                                                            measures what the features are worth; one folder per class
      PretrainAndFineTune finetune labeled/train --test labeled/val       from the pretrained scott-mini-112 to a classifier, as a file and as ONNX
      PretrainAndFineTune finetune labeled/train -m runs/hour/model.safetensors
                                                                            from a model of your own
      PretrainAndFineTune both photos labeled/train --test labeled/val    one after the other
      PretrainAndFineTune compare labeled/train labeled/val               frozen features, fine-tuned, and trained from scratch
      PretrainAndFineTune evaluate labeled/train labeled/val -m untrained:scott-mini-112 scott-mini-112 runs/hour/model.safetensors
                                                                            what the frozen features of three models are worth

    Ctrl-C saves the run and prints the command that resumes it; so does SIGTERM, by which containers and services are stopped. The same command
    resumes the run after a power cut too.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 130 interrupted, 143 terminated (what was learned is saved).

    """;

var pretrain = new PretrainCommand();
pretrain.Command.SetAction((result, _) => App.PretrainAsync(pretrain.Bind(result, args)));
var fineTune = new FineTuneCommand();
fineTune.Command.SetAction((result, _) => App.FineTuneAsync(fineTune.Bind(result, args)));
var both = new BothCommand();
both.Command.SetAction((result, _) => App.BothAsync(both.Bind(result, args)));
var compare = new CompareCommand();
compare.Command.SetAction((result, _) => App.CompareAsync(compare.Bind(result, args)));
var evaluate = new EvaluateCommand();
evaluate.Command.SetAction((result, _) => App.EvaluateAsync(evaluate.Bind(result)));
var root = new RootCommand("Trains SCOTT backbones and classifiers on your own images. Without any argument: a demo on drawn ones.")
{
    pretrain.Command, fineTune.Command, both.Command, compare.Command, evaluate.Command,
};
root.SetAction((_, _) => App.DemoAsync(both));
return await CommandLine.RunAsync(root, Examples, args);

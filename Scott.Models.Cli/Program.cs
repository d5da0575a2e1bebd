// The tool `scott`: all commands.
using Scott.Models.Cli;

return await CommandLine.RunAsync(
    CommandLine.CreateRoot(
        "Self-supervised vision: image embeddings and search, pre-training, fine-tuning and ONNX export.",
        EmbedCommand.Create(),
        SearchCommand.Create(),
        DuplicatesCommand.Create(),
        AnomaliesCommand.Create(),
        PretrainCommand.Create(),
        DistillCommand.Create(),
        FineTuneCommand.Create(),
        ClassifyCommand.Create(),
        ClassesCommand.Create(),
        EvaluateCommand.Create(),
        CompareCommand.Create(),
        ProtocolCommand.Create(),
        InspectCommand.Create(),
        ExportCommand.Create(),
        ModelsCommand.Create(),
        DoctorCommand.Create()),
    args);

using Scott.Models.Tests.Processes;
using static Scott.Models.Tests.Processes.BuiltProgram;

namespace Scott.Models.Tests.Cli;

/// <summary>CSV lists of images as the input of training and evaluation, where a folder is expected otherwise.</summary>
public sealed class CsvListTests(TrainingFixture files) : IClassFixture<TrainingFixture>
{
    [Fact]
    public async Task FineTune_AListAndAFolder_AreTakenTogether()
    {
        string list = await files.WriteListAsync("path,label", (file, i) => $"{file},{(i < 4 ? "third" : Parity(i))}");
        ChildResult result = await FineTuneAsync(list, files.Images, "--val", list, "--test", list);
        AssertExit(0, result);
        Assert.Contains("on 24 images of 3 classes", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^│ third +│ 4 +│ \d+\.\d% +│", result.Output);
        Assert.Contains("name the same class for 12 of 12 images", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pretrain")]
    [InlineData("distill", "--teacher", "scott-mini-112")]
    public async Task TrainingWithoutLabels_OfAListAndAFolder_TakesThemTogether(string command, params string[] options)
    {
        string list = await LabeledListAsync();
        ChildResult result = await TrainAsync(
            command, [list, Path.Combine(files.Images, "even"), "--labels-train", list, "--labels-val", list, .. options]);
        AssertExit(0, result);
        Assert.Contains("18 images of '", result.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ {4}1 .*% .*%", result.Output);
    }

    [Fact]
    public async Task Evaluate_OfLists_MeasuresTheirImages()
    {
        string list = await LabeledListAsync();
        ChildResult result = await Tool.RunWithAsync(
            OneThread, "evaluate", list, list, "--model", files.Model, "--seeds", "1", "--attentive", "simple");
        AssertExit(0, result);
        Assert.Contains("Top-1 on 12 images of", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FineTune_OfWhatIsNoLabeledList_IsAUsageErrorThatSaysWhatToDo()
    {
        string unlabeled = await files.WriteListAsync("path", (file, _) => file);
        string other = await files.WriteListAsync("path,label", (file, _) => $"{file},new");
        async Task AssertRefusedAsync(string fault, params string[] arguments)
        {
            ChildResult result = await FineTuneAsync(arguments);
            AssertExit(2, result);
            Assert.Contains(fault, result.Error, StringComparison.Ordinal);
        }

        await AssertRefusedAsync("has no labels; expected a path and a label in each line", unlabeled);
        await AssertRefusedAsync("is a file; expected a folder of images, or a list of them in a file that ends in .csv.", files.Model);
        await AssertRefusedAsync("has the classes 'new', which the training images do not have", files.Images, "--test", other);
    }

    private static string Parity(int number) => number % 2 == 0 ? "even" : "odd";

    private Task<string> LabeledListAsync() => files.WriteListAsync("path,label", (file, i) => $"{file},{Parity(i)}");

    private Task<ChildResult> FineTuneAsync(params string[] arguments) => TrainAsync("finetune", arguments);

    private Task<ChildResult> TrainAsync(string command, string[] arguments) => Tool.RunWithAsync(
        OneThread, [command, .. arguments, "--output", files.NewPath(), "--model", files.Model, "--batch-size", "4", "--epochs", "1"]);
}

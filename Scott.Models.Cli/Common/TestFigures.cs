using Scott.Models.Foundation;
using Scott.Models.Metrics;
using Spectre.Console;

namespace Scott.Models.Cli;

/// <summary>Prints how a classifier did on test images: a table of its classes, and one line.</summary>
internal static class TestFigures
{
    /// <summary>The number of probabilities of a test, which are kept until its end.</summary>
    /// <exception cref="UsageException">They do not fit into one array.</exception>
    public static int LengthOf(int images, int classes)
    {
        long length = (long)images * classes;
        Check.That(
            length <= Array.MaxLength,
            $"{Plural.Of(images, "test image")} of {Plural.Of(classes, "class", "classes")} give {length} probabilities; "
                + $"expected at most {Array.MaxLength}. Test on fewer images.");
        return (int)length;
    }

    /// <param name="metrics">The figures.</param>
    /// <param name="unreadable">Images that are left out because they could not be read.</param>
    /// <param name="screen">Where to print.</param>
    public static void Print(ClassificationMetrics metrics, long unreadable, Screen screen)
    {
        Table table = new Table().AddColumn("class").AddColumn("images").AddColumn("right");
        foreach (ClassMetrics each in metrics.Classes)
            table.AddRow(Markup.Escape(each.Name), Count(each.Images), Figures.Share(each.Recall));

        screen.Output.Write(table);
        string images = Plural.Of(metrics.Images, "image");
        screen.Say($"Test: {Figures.Share(metrics.Top1)} of {images} right, mean per class {Figures.Share(metrics.MeanPerClassTop1)}.");
        WarnOf(unreadable, screen);
    }

    /// <inheritdoc cref="Print(ClassificationMetrics, long, Screen)"/>
    public static void Print(MultiLabelMetrics metrics, long unreadable, Screen screen)
    {
        Table table = new Table().AddColumns("label", "images", "average precision", "threshold", "precision", "recall", "F1");
        foreach (LabelMetrics each in metrics.Labels)
        {
            table.AddRow(
                Markup.Escape(each.Name), Count(each.Images), Figures.Share(each.AveragePrecision), Figures.Number(each.Threshold, "F3"),
                Figures.Share(each.Precision), Figures.Share(each.Recall), Figures.Share(each.F1));
        }

        screen.Output.Write(table);
        string images = Plural.Of(metrics.Images, "image");
        screen.Say($"Test: mAP {Figures.Share(metrics.MeanAveragePrecision)} on {images}, "
            + $"by chance about {Figures.Share(metrics.ChanceAveragePrecision)}; micro F1 {Figures.Share(metrics.MicroF1)}, "
            + $"macro F1 {Figures.Share(metrics.MacroF1)}.");
        WarnOf(unreadable, screen);
    }

    /// <summary>Says how many test images are left out; nothing if none is.</summary>
    public static void WarnOf(long unreadable, Screen screen)
    {
        if (unreadable > 0)
            screen.Warn($"Left out {Plural.Of(unreadable, "test image")} that could not be read.");
    }

    private static string Count(int images) => images.ToString(CultureInfo.InvariantCulture);
}

using Scott.Models.Datasets;
using Scott.Models.Imaging;

namespace Scott.Models.Training;

/// <summary>Draws what student and teacher see of an image. The seed, the image's number and the view's number decide it, so that a teacher's
/// features of a view can be kept. Thread-safe.</summary>
internal sealed class DistillationViews
{
    private readonly TwoViewTransform _student;
    private readonly TwoViewTransform _teacherCrop;
    private readonly ImagePreprocessor _teacherWhole;
    private readonly DistillationOptions _options;

    public DistillationViews(AugmentationSpec augmentation, ScottModel student, PreprocessingSpec teacher, DistillationOptions options)
    {
        _options = options;
        _student = new TwoViewTransform(augmentation, student.Preprocessing);

        // The teacher sees the colors of the image: only crop, flips and turn are the student's.
        _teacherCrop = new TwoViewTransform(augmentation with { ColorMode = ViewColorMode.None }, teacher);
        _teacherWhole = new ImagePreprocessor(teacher);
    }

    public int StudentLength => _student.TensorLength;
    public int TeacherLength => _teacherWhole.TensorLength;

    /// <summary>The teacher's views of an image.</summary>
    public int TeacherViews => _options.TeacherView == TeacherView.WholeImage ? 1 : _options.CropsPerImage;

    /// <summary>The number of the teacher's view in an epoch, from 0.</summary>
    public int TeacherViewOf(int epoch) => epoch % TeacherViews;

    /// <summary>Writes what the student sees in an epoch: with a whole image for the teacher, every epoch shows another crop.</summary>
    public void WriteStudent(DecodedImage image, int index, int epoch, Span<float> view) =>
        _student.ApplyOne(image, Stream(index, _options.TeacherView == TeacherView.WholeImage ? epoch : TeacherViewOf(epoch)), view);

    /// <summary>Writes a view for the teacher: the whole image, or the student's crop.</summary>
    public void WriteTeacher(DecodedImage image, int index, int view, Span<float> destination)
    {
        if (_options.TeacherView == TeacherView.WholeImage)
            _teacherWhole.Preprocess(image, destination);
        else
            _teacherCrop.ApplyOne(image, Stream(index, view), destination);
    }

    private DeterministicRandom Stream(int index, int view) => EpochOrder.Stream(_options.Seed, "distill", view, index);
}

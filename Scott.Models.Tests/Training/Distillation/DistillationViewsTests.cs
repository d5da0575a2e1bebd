using Scott.Models.Imaging;
using Scott.Models.Tests.Imaging;
using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class DistillationViewsTests
{
    [Fact]
    public void SameCrop_WithFlipsAndTurns_IsTheSameForStudentAndTeacher()
    {
        // The student draws colors, and the teacher draws none: no other draw may depend on them.
        var augmentation = new AugmentationSpec { ColorProbability = 0, VerticalFlipProbability = 0.5, QuarterTurnProbability = 0.75 };
        var options = new DistillationOptions { TeacherView = TeacherView.SameCrop, CropsPerImage = 8 };
        ScottModel student = ScottModel.Create(Architectures.Tiny, seed: 3);
        var views = new DistillationViews(augmentation, student, student.Preprocessing, options);
        using PixelBuffer image = TestImages.Drawn(90, 70).ToBuffer();
        float[] seen = new float[views.StudentLength], taught = new float[views.TeacherLength];
        for (int view = 0; view < options.CropsPerImage; view++)
        {
            views.WriteStudent(image, 0, view, seen);
            views.WriteTeacher(image, 0, view, taught);
            Assert.Equal(seen, taught);
        }
    }
}

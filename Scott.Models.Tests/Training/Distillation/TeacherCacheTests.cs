using Scott.Models.Training;

namespace Scott.Models.Tests.Training;

public sealed class TeacherCacheTests
{
    private const int Numbers = 5;
    private const ulong Origin = 0x1234_5678_9abc_def0;

    [Fact]
    public void Write_ReadBack_SurvivesClosing()
    {
        using var folder = new TemporaryFolder();
        float[] row = [1, -2, float.Epsilon, 4e30f, 0];
        using (TeacherCache cache = Open(folder))
        {
            Assert.False(cache.TryRead(2, Origin, new float[Numbers]));
            cache.Write(2, Origin, row);
            cache.Write(3, Origin, new float[Numbers]);
        }

        using TeacherCache again = Open(folder);
        float[] found = new float[Numbers];
        Assert.True(again.TryRead(2, Origin, found));
        Assert.Equal(row, found);
        Assert.True(again.TryRead(3, Origin, found));
        Assert.All(found, number => Assert.Equal(0, number));
        Assert.False(again.TryRead(0, Origin, found));
    }

    [Fact]
    public void TryRead_RowOfAnotherImage_IsNotThere()
    {
        using var folder = new TemporaryFolder();
        using TeacherCache cache = Open(folder);
        cache.Write(0, Origin, [1, 2, 3, 4, 5]);
        Assert.False(cache.TryRead(0, Origin + 1, new float[Numbers]));
        Assert.True(cache.TryRead(0, Origin, new float[Numbers]));
    }

    [Fact]
    public void Open_OtherIdentity_StartsEmpty()
    {
        using var folder = new TemporaryFolder();
        using (TeacherCache cache = Open(folder))
            cache.Write(0, Origin, new float[Numbers]);

        using TeacherCache other = Open(folder, "another teacher");
        Assert.False(other.TryRead(0, Origin, new float[Numbers]));
    }

    [Fact]
    public void TryRead_EveryDamagedByte_IsNoRow()
    {
        using var folder = new TemporaryFolder();
        using (TeacherCache cache = Open(folder))
            cache.Write(1, Origin, [1, 2, 3, 4, 5]);

        byte[] file = File.ReadAllBytes(folder.File("teacher.bin"));
        for (int i = file.Length - 24; i < file.Length; i++)
        {
            byte[] damaged = [.. file];
            damaged[i] ^= 0x10;
            File.WriteAllBytes(folder.File("teacher.bin"), damaged);
            using TeacherCache cache = Open(folder);
            Assert.False(cache.TryRead(1, Origin, new float[Numbers]), $"byte {i}");
        }

        File.WriteAllBytes(folder.File("teacher.bin"), file[..^3]);
        using TeacherCache cut = Open(folder);
        Assert.False(cut.TryRead(1, Origin, new float[Numbers]));
    }

    [Fact]
    public void Write_BeyondTheBound_IsNotKept()
    {
        using var folder = new TemporaryFolder();
        using TeacherCache cache = TeacherCache.Open(folder.File("teacher.bin"), "id", Numbers, rows: 100, maximumBytes: 64 + (3 * 24));
        for (int row = 0; row < 100; row++)
            cache.Write(row, Origin, [row, 1, 2, 3, 4]);

        Assert.Equal(3, Enumerable.Range(0, 100).Count(row => cache.TryRead(row, Origin, new float[Numbers])));
        Assert.InRange(new FileInfo(folder.File("teacher.bin")).Length, 1, 64 + (3 * 24));
    }

    [Fact]
    public void Open_FileInUse_FallsBackToATemporaryFile()
    {
        using var folder = new TemporaryFolder();
        using TeacherCache first = Open(folder);
        using TeacherCache second = Open(folder);
        second.Write(0, Origin, [1, 1, 1, 1, 1]);
        Assert.True(second.TryRead(0, Origin, new float[Numbers]));
        Assert.False(first.TryRead(0, Origin, new float[Numbers]));
    }

    [Fact]
    public void Open_OnAFullDisk_KeepsNothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux has a device that is always full.");
        using TeacherCache cache = TeacherCache.Open("/dev/full", "id", Numbers, rows: 10, maximumBytes: 1 << 20);
        cache.Write(0, Origin, [1, 2, 3, 4, 5]);
        Assert.False(cache.TryRead(0, Origin, new float[Numbers]));
    }

    [Fact]
    public void Resample_TokenGrids_KeepConstantsAndTheSameGrid()
    {
        float[] tokens = [.. Enumerable.Range(0, 3 * 4 * 2).Select(i => (float)i)];
        Assert.Same(tokens, TokenGrids.Resample(tokens, new PatchGrid(3, 4), new PatchGrid(3, 4), 2));
        foreach (PatchGrid to in new[] { new PatchGrid(7, 7), new PatchGrid(2, 3), new PatchGrid(1, 1), new PatchGrid(9, 2) })
        {
            float[] constant = TokenGrids.Resample([.. Enumerable.Repeat(3f, 24)], new PatchGrid(3, 4), to, 2);
            Assert.Equal(to.Patches * 2, constant.Length);
            Assert.All(constant, value => Assert.Equal(3, value, 1e-5f));
        }

        // A ramp stays a ramp, and its mean stays the mean.
        float[] ramp = TokenGrids.Resample([0, 1, 2, 3], new PatchGrid(1, 4), new PatchGrid(1, 2), 1);
        Assert.Equal(1.5f, ramp.Average(), 1e-5f);
        Assert.True(ramp[0] < ramp[1]);
    }

    private static TeacherCache Open(TemporaryFolder folder, string identity = "id") =>
        TeacherCache.Open(folder.File("teacher.bin"), identity, Numbers, rows: 10, maximumBytes: 1 << 20);
}

using BitMiracle.LibTiff.Classic;
using Scott.Models.Imaging;

namespace Scott.Models.Tests.Imaging;

/// <summary>LibTiff has one error handler for the whole process, which an app may set too.</summary>
[Collection(AloneTests.Name)]
public sealed class TiffErrorHandlerTests
{
    /// <summary>The handler of an app once took the place of ours for good, and damaged fax data then counted as sound.</summary>
    [Fact]
    public void Decode_AfterAnAppSetAHandler_FindsTheSameDamageAndLeavesTheAppItsErrors()
    {
        byte[][] files = [.. Damaged()];
        bool[] refused = [.. files.Select(IsRefused)];
        Assert.Contains(true, refused);
        var own = new AppHandler();
        own.Before = Tiff.SetErrorHandler(own);
        try
        {
            Assert.Equal(refused, files.Select(IsRefused));
            Assert.Empty(own.Heard);

            // The app gives errors on to the handler that was there before its own, which is ours.
            Tiff.Error("test", "of the app");
            Assert.Equal("of the app", Assert.Single(own.Heard));
        }
        finally
        {
            Tiff.SetErrorHandler(own.Before);
        }
    }

    /// <summary>Fax data with each of its bytes changed in turn.</summary>
    private static IEnumerable<byte[]> Damaged()
    {
        const int HeaderBytes = 8;
        var recipe = new TiffRecipe(37, 23) { Bits = 1, Compression = "CCITTFAX3" };
        byte[] file = TiffFiles.Write(recipe, TiffDecoderTests.Bytes(recipe.RowBytes * recipe.Height));
        int directory = BitConverter.ToInt32(file, 4);
        for (int at = HeaderBytes; at < directory; at++)
        {
            byte[] damaged = [.. file];
            damaged[at] ^= 0x5a;
            yield return damaged;
        }
    }

    private static bool IsRefused(byte[] file)
    {
        try
        {
            TiffDecoder.Decode(file, ImageSource.FromBytes(file), new ImageDecodingOptions(), default);
            return false;
        }
        catch (ImageFormatException)
        {
            return true;
        }
    }

    private sealed class AppHandler : TiffErrorHandler
    {
        public TiffErrorHandler? Before { get; set; }

        public List<string> Heard { get; } = [];

        public override void ErrorHandler(Tiff tif, string method, string format, params object[] args)
        {
            Heard.Add(format);
            Before?.ErrorHandler(tif, method, format, args);
        }

        public override void WarningHandler(Tiff tif, string method, string format, params object[] args) => Heard.Add(format);
    }
}

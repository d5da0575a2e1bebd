using Scott.Models.Torch;

namespace Scott.Models.Tests.Torch;

public sealed class TorchDeviceTests
{
    [Theory]
    [InlineData("auto", "auto")]
    [InlineData("CPU", "cpu")]
    [InlineData("cuda", "cuda:0")]
    [InlineData(" Cuda:3 ", "cuda:3")]
    [InlineData("mps", "mps")]
    public void Parse_Name_GivesTheDevice(string text, string expected) => Assert.Equal(expected, TorchDevice.Parse(text).Name);

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:99999999999")]
    public void Parse_NotADevice_ListsWhatIs(string text) =>
        Assert.Equal(
            $"'{text}' is not a device; expected auto, cpu, cuda, cuda:n or mps.",
            Assert.Throws<FormatException>(() => TorchDevice.Parse(text)).Message);

    [Fact]
    public void Equality_SameName_IsTheSameDevice()
    {
        Assert.Equal(TorchDevice.Cuda(1), TorchDevice.Parse("cuda:1"));
        Assert.NotEqual(TorchDevice.Cuda(1), TorchDevice.Cuda(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => TorchDevice.Cuda(-1));
    }
}

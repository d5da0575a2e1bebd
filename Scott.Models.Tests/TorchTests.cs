using Scott.Models.Torch;
using TorchSharp;

namespace Scott.Models.Tests;

/// <summary>Tests on torch run one after another, each on one thread: its random state and tensor count are the process's. Tests without torch may
/// run beside them.</summary>
[CollectionDefinition(Name)]
public sealed class TorchTests : ICollectionFixture<TorchTests.Fixture>
{
    public const string Name = "torch";

    public sealed class Fixture
    {
        public Fixture()
        {
            TorchRuntime.EnsureLoaded();
            torch.set_num_threads(1);
        }
    }
}

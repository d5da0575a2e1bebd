using Scott.Models.Inference;

namespace Scott.Models.Tests.Inference;

/// <summary>Work in phases on several threads.</summary>
public sealed class WorkTeamTests
{
    private const int Phases = 7;

    [Fact]
    public void Run_ManyTimes_ComputesEachChunkOnceAndPhasesInOrder()
    {
        var team = new Team();
        for (int run = 1; run <= 200; run++)
        {
            int threads = (run % 4) + 1;
            team.Run(threads);
            Assert.Equal(Phases * threads, team.Chunks);
            Assert.False(team.HasMetAnotherPhase);
        }
    }

    [Fact]
    public void Run_FailingChunk_ThrowsItsErrorAndCanRunAgain()
    {
        var team = new Team { FailingPhase = 3 };
        Assert.Throws<InvalidDataException>(() => team.Run(3));
        team.FailingPhase = -1;
        team.Run(3);
        Assert.Equal(Phases * 3, team.Chunks);
    }

    private sealed class Team() : WorkTeam(Phases)
    {
        private int _chunks;
        private int _phaseChunks;

        public int FailingPhase { get; set; } = -1;
        public int Chunks => _chunks;
        public bool HasMetAnotherPhase { get; private set; }

        public void Run(int threads)
        {
            (_chunks, _phaseChunks) = (0, 0);
            WorkThrough(threads);
        }

        protected override void Work(int phase, int chunk, int chunks, int member)
        {
            if (phase == FailingPhase)
                throw new InvalidDataException();

            Interlocked.Increment(ref _chunks);
            int started = Interlocked.Increment(ref _phaseChunks);
            HasMetAnotherPhase |= (started - 1) / chunks != phase || member >= chunks;
            Thread.SpinWait(50);
        }
    }
}

using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>An image's tokens after the norm of features: patches [B, N, D] and, if the architecture has one, the class token [B, D].</summary>
internal readonly record struct NormalizedTokens(Tensor Patches, Tensor? ClassToken)
{
    /// <summary>One vector per image: [B, D], or [B, 2·D] for both joined.</summary>
    public Tensor Pool(EmbeddingPooling pooling) => pooling switch
    {
        EmbeddingPooling.PatchMean => Patches.mean([1]),
        EmbeddingPooling.ClassToken => RequireClassToken(),
        _ => cat([RequireClassToken(), Patches.mean([1])], 1),
    };

    /// <summary>What a classifier's head takes: the linear head of a model with a class token takes that token alone, [B, 1, D].</summary>
    public Tensor ForHead(ClassifierHead head) => head == ClassifierHead.Linear && ClassToken is not null ? ClassToken.unsqueeze(1) : Patches;

    private Tensor RequireClassToken() => ClassToken ?? throw new InvalidOperationException("The architecture has no class token.");
}

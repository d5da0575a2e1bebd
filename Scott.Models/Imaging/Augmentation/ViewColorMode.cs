namespace Scott.Models.Imaging;

/// <summary>How the colours of the two views of a picture are changed.</summary>
public enum ViewColorMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each view by a draw of its own.</summary>
    Different,

    /// <summary>Both by the same draw.</summary>
    Same,
}

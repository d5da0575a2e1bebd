namespace Scott.Models.Imaging;

/// <summary>How the colors of the two views of an image are changed.</summary>
public enum ViewColorMode
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Each view by a draw of its own.</summary>
    Different,

    /// <summary>Both by the same draw.</summary>
    Same,
}

namespace Scott.Models.Datasets;

/// <summary>Which class each label of an IDX file stands for. EMNIST's letters, for one, begin at 1: a number that does not occur is no class.</summary>
internal sealed class IdxClasses
{
    private readonly int[] _values;
    private readonly IReadOnlyList<string> _names;

    private IdxClasses(int[] values, IReadOnlyList<string> names)
    {
        _values = values;
        _names = names;
    }

    /// <summary>The classes named, or those that occur in the parts.</summary>
    public static IdxClasses Of(IReadOnlyList<string>? names, params IdxPart[] parts)
    {
        if (names is not null)
        {
            names = Items.NotNull(names, "the name of a class");
            return names.Distinct(StringComparer.Ordinal).Count() == names.Count
                ? new IdxClasses([.. Enumerable.Range(0, names.Count)], names)
                : throw new ArgumentException($"The names are '{string.Join("', '", names)}'; expected each once.", nameof(names));
        }

        int[] values = [.. parts.SelectMany(part => part.Labels.Data.ToArray()).Distinct().Order().Select(value => (int)value)];
        return new IdxClasses(values, [.. values.Select(value => FormattableString.Invariant($"{value}"))]);
    }

    /// <exception cref="DatasetFormatException">A label stands for no class, or a class has no image.</exception>
    public IImageDataset Label(IdxPart part, string name)
    {
        (IdxFile images, byte[] values) = (part.Images, part.Labels.Data.ToArray());
        int[] labels = Array.ConvertAll(values, value => Array.BinarySearch(_values, value));
        int wrong = Array.FindIndex(labels, label => label < 0);
        if (wrong >= 0)
        {
            throw new DatasetFormatException(
                part.Labels.Path, DatasetFault.LabelOutOfRange, $"label {wrong + 1} is {values[wrong]}; expected the number of one of the {Plural.Of(_names.Count, "class", "classes")}, from 0.");
        }

        (int height, int width) = (images.Dimensions[1], images.Dimensions[2]);
        var shape = new RawImageShape(images.DataOffset, width * height, width, height, IsPlanar: false);
        return ClassChecks.RequireFilled(new RawImages(images.Path, images.Bytes, shape, labels, _names), part.Labels.Path, name);
    }
}

using Parquet;
using Parquet.Schema;
using Scott.Models.Inference;

namespace Scott.Models.Cli;

/// <summary>A Parquet column of lists of numbers, all of one length, gathered for one row group.</summary>
/// <param name="name">The column's name.</param>
/// <param name="length">The numbers of one row.</param>
/// <param name="values">Takes the numbers of a row from an embedding.</param>
internal sealed class FloatListColumn(string name, int length, Func<ImageEmbedding, ReadOnlyMemory<float>> values)
{
    private readonly DataField<float> _element = new("element");
    private readonly List<float> _gathered = [];
    private ListField? _field;

    public int Length => length;

    public ListField Field => _field ??= new ListField(name, _element);

    public void Add(ImageEmbedding embedding) => _gathered.AddRange(values(embedding).Span);

    public async Task WriteAsync(ParquetRowGroupWriter group, int rows)
    {
        // Every list and every number is there; a repetition level of 0 begins a row.
        int[] definitions = new int[rows * length];
        int[] repetitions = new int[rows * length];
        Array.Fill(definitions, _element.MaxDefinitionLevel);
        Array.Fill(repetitions, _element.MaxRepetitionLevel);
        for (int row = 0; row < rows; row++)
            repetitions[row * length] = 0;

        await group.WriteAllPartsAsync<float>(_element, _gathered.ToArray(), definitions, repetitions, CancellationToken.None);
        _gathered.Clear();
    }
}

using Scott.Models.Weights;

namespace Scott.Models.Inference;

/// <summary>A weight [N, K], in panels of P columns in the order in which the kernel reads them: [panels, K, P]. The last panel is padded.</summary>
internal sealed unsafe class PackedMatrix
{
    private readonly AlignedFloats _values;
    private readonly AlignedFloats _bias;

    private PackedMatrix(int outputs, int inputs, int panelWidth, int columns)
    {
        int panels = (columns + panelWidth - 1) / panelWidth;
        (Columns, Inputs, PanelWidth) = (outputs, inputs, panelWidth);
        _values = new AlignedFloats((long)panels * inputs * panelWidth);
        _bias = new AlignedFloats((long)panels * panelWidth);
    }

    /// <summary>N; of a gated layer, F, half the rows of its weight.</summary>
    public int Columns { get; }
    /// <summary>K.</summary>
    public int Inputs { get; }
    public int PanelWidth { get; }
    public float* Values => _values.Pointer;
    public float* Bias => _bias.Pointer;

    /// <summary>A linear layer: its weight [N, K] and its bias, if it has one.</summary>
    public static PackedMatrix Linear(WeightSet weights, string name, int panelWidth)
    {
        WeightTensor weight = weights[name + ".weight"];
        (int outputs, int inputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        var packed = new PackedMatrix(outputs, inputs, panelWidth, outputs);
        packed.Fill(weight.ToArray(), BiasOf(weights, name), column => column < outputs ? column : -1, input => input);
        return packed;
    }

    /// <summary>A matrix of rows [N, K], without bias.</summary>
    public static PackedMatrix Of(float[] rows, int outputs, int panelWidth)
    {
        var packed = new PackedMatrix(outputs, rows.Length / outputs, panelWidth, outputs);
        packed.Fill(rows, null, column => column < outputs ? column : -1, input => input);
        return packed;
    }

    /// <summary>A layer of two halves that are multiplied with each other: a panel has one register of each half.</summary>
    public static PackedMatrix Gated(WeightSet weights, string name, int panelWidth)
    {
        WeightTensor weight = weights[name + ".weight"];
        (int half, int inputs, int lanes) = ((int)weight.Shape[0] / 2, (int)weight.Shape[1], panelWidth / 2);
        int panels = (half + lanes - 1) / lanes;
        var packed = new PackedMatrix(half, inputs, panelWidth, panels * panelWidth);
        packed.Fill(weight.ToArray(), BiasOf(weights, name), Source, input => input);
        return packed;

        int Source(int column)
        {
            int output = (column / panelWidth * lanes) + (column % lanes);
            return output >= half ? -1 : column % panelWidth < lanes ? output : half + output;
        }
    }

    /// <summary>A convolution [N, channels, kernel, kernel] for images with their channels last: K runs over rows, columns and channels.</summary>
    public static PackedMatrix Convolution(WeightSet weights, string name, int panelWidth)
    {
        WeightTensor weight = weights[name + ".weight"];
        (int outputs, int channels, int area) = ((int)weight.Shape[0], (int)weight.Shape[1], (int)(weight.Shape[2] * weight.Shape[3]));
        var packed = new PackedMatrix(outputs, channels * area, panelWidth, outputs);
        packed.Fill(
            weight.ToArray(), BiasOf(weights, name), column => column < outputs ? column : -1,
            input => (input % channels * area) + (input / channels));
        return packed;
    }

    private static float[]? BiasOf(WeightSet weights, string name) =>
        weights.TryGet(name + ".bias", out WeightTensor? bias) ? bias.ToArray() : null;

    private void Fill(float[] rows, float[]? bias, Func<int, int> output, Func<int, int> input)
    {
        int[] inputs = [.. Enumerable.Range(0, Inputs).Select(input)];
        for (int column = 0; column < _bias.Length; column++)
        {
            int source = output(column);
            if (source < 0)
                continue;

            ReadOnlySpan<float> row = rows.AsSpan(source * Inputs, Inputs);
            float* destination = Values + ((long)(column / PanelWidth) * Inputs * PanelWidth) + (column % PanelWidth);
            for (int k = 0; k < inputs.Length; k++)
                destination[(long)k * PanelWidth] = row[inputs[k]];

            if (bias is not null)
                Bias[column] = bias[source];
        }
    }
}

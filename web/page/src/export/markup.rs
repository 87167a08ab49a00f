//! One photo as HTML and as Markdown.

/// An `img` element. A decorative one has an empty `alt`, not none; one without a text has none, not an empty one,
/// which would say that it is decorative.
#[must_use]
pub fn html(path: &str, alt: Option<&str>) -> String {
    let source = escape(&address(path));
    match alt {
        Some(alt) => format!("<img src=\"{source}\" alt=\"{}\">", escape(alt.trim())),
        None => format!("<img src=\"{source}\">"),
    }
}

/// An image in CommonMark.
#[must_use]
pub fn markdown(path: &str, alt: &str) -> String {
    let mut text = String::new();
    for letter in alt.trim().chars() {
        match letter {
            // Whatever would end the text or start something else within it.
            '\\' | '[' | ']' | '*' | '_' | '`' | '<' | '!' | '&' => text.extend(['\\', letter]),
            '\n' | '\r' => text.push(' '),
            _ => text.push(letter),
        }
    }
    format!("![{text}]({})", address(path))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A path as an address (RFC 3986): everything but letters that need no escape in UTF-8 bytes.
fn address(file: &str) -> String {
    let mut text = String::new();
    for byte in file.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(byte.into())
            }
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
            html(file, Some(alt)),
            "<img src=\"my%20%22dog%22.jpg\" alt=\"A &lt;b&gt;&quot;dog&quot;&lt;/b&gt; &amp; [cat](x)\nruns\">"
        );
        assert_eq!(markdown(file, alt), "![A \\<b>\"dog\"\\</b> \\& \\[cat\\](x) runs](my%20%22dog%22.jpg)");
    }

    #[test]
    fn decorative_images_are_silent() {
        assert_eq!(html("a.jpg", Some("")), "<img src=\"a.jpg\" alt=\"\">");
        assert_eq!(markdown("a.jpg", ""), "![](a.jpg)");
    }

    #[test]
    fn an_image_without_a_text_does_not_say_that_it_is_decorative() {
        assert_eq!(html("b/c d.jpg", None), "<img src=\"b/c%20d.jpg\">");
    }
}

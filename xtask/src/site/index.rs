//! `index.html`: the script that trunk writes into it gets a file of its own, since the page's policy
//! lets no inline script run.

use std::path::Path;

use anyhow::{Context, bail};

use super::digest::Digest;
use super::{compress, files, read, remove, write};

/// The page.
pub const INDEX: &str = "index.html";
/// How the names of the files begin that hold trunk's script.
const START: &str = "start-";

const OPEN: &str = "<script type=\"module\">";
const CLOSE: &str = "</script>";
/// Trunk says so to the page once it has started it; no other script does.
const SIGN: &str = "TrunkApplicationStarted";

/// Moves the script out, if that has not been done, and removes those of earlier builds.
pub fn finish(dist: &Path) -> anyhow::Result<()> {
    let path = dist.join(INDEX);
    let html = read(&path)?;
    policy(&html).with_context(|| format!("{} states no Content-Security-Policy", path.display()))?;
    let html = match moved(&html).with_context(|| path.display().to_string())? {
        Some(moved) => {
            // First, so that the page never names a file that is not there.
            write(&dist.join(&moved.name), moved.script.as_bytes())?;
            write(&path, moved.html.as_bytes())?;
            moved.html
        }
        None => html,
    };
    for file in files(dist)? {
        if file.starts_with(START) && !html.contains(compress::source(&file).unwrap_or(&file)) {
            remove(&dist.join(&file))?;
        }
    }
    Ok(())
}

/// The worker's program.
const PROGRAM: &str = "worker_bg.wasm";
const SIZES: &str = "<meta name=\"program\" content=\"";

/// Tells the page how large the worker's program is, so that it can tell the visitor how far it has come.
pub fn tell_sizes(dist: &Path) -> anyhow::Result<()> {
    let path = dist.join(INDEX);
    let html = read(&path)?;
    let size = |name: &str| std::fs::metadata(dist.join(name)).ok().map(|found| found.len());
    let (Some(whole), Some((before, rest))) = (size(PROGRAM), html.split_once(SIZES)) else { return Ok(()) };
    let sent = size(&format!("{PROGRAM}.br")).unwrap_or(whole);
    let (_, after) = rest.split_once('"').context("the sizes of the program have no end")?;
    write(&path, format!("{before}{SIZES}{whole} {sent}\"{after}").as_bytes())
}

/// The page without its script.
#[derive(Debug)]
struct Moved {
    html: String,
    /// Name of the script's file, which goes beside the page.
    name: String,
    script: String,
}

/// Takes the script out of the page, or nothing where another run has done so.
fn moved(html: &str) -> anyhow::Result<Option<Moved>> {
    let parts: Vec<&str> = html.split(OPEN).collect();
    let moved = match parts[..] {
        [whole] if whole.contains(&format!("<script type=\"module\" src=\"{START}")) => None,
        [before, rest] => {
            let (script, after) = rest.split_once(CLOSE).context("trunk's script has no end")?;
            if !script.contains(SIGN) {
                bail!("its inline script is not the one that trunk writes");
            }
            let script = format!("{}\n", script.trim());
            let digest = Digest::of(script.as_bytes());
            let name = format!("{START}{}.js", digest.short());
            let integrity = digest.integrity();
            let tag = format!("<script type=\"module\" src=\"{name}\" integrity=\"{integrity}\">{CLOSE}");
            Some(Moved { html: format!("{before}{tag}{after}"), name, script })
        }
        _ => bail!("there is not one inline script, but {}: has trunk changed?", parts.len() - 1),
    };
    let left = moved.as_ref().map_or(html, |moved| &moved.html);
    let inline =
        left.split("<script").skip(1).find(|tag| !tag.split('>').next().unwrap_or("").contains(" src="));
    if inline.is_some() {
        bail!("it has an inline script that its policy does not let run");
    }
    Ok(moved)
}

/// The policy that the page states about itself.
pub fn policy(html: &str) -> Option<&str> {
    let (_, rest) = html.split_once("http-equiv=\"Content-Security-Policy\" content=\"")?;
    Some(rest.split_once('"')?.0)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Of trunk 0.21.14.
    pub const BUILT: &str = r#"<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'">
    <link rel="stylesheet" href="./style-69aaec253d2e95ad.css" integrity="sha384-N6u2"/>
    <meta name="program" content="">

<script type="module">
import init, * as bindings from './page-0123456789abcdef.js';
const wasm = await init({ module_or_path: './page-0123456789abcdef_bg.wasm' });


window.wasmBindings = bindings;


dispatchEvent(new CustomEvent("TrunkApplicationStarted", {detail: {wasm}}));

</script>
  <link rel="modulepreload" href="./page-0123456789abcdef.js" crossorigin="anonymous" integrity="sha384-GQsG"></head>
  <body></body>
</html>
"#;

    #[test]
    fn the_script_moves_into_a_file_named_by_its_content() {
        let Moved { html, name, script } = moved(BUILT).unwrap().unwrap();
        assert!(script.starts_with("import init"), "{script}");
        assert!(script.ends_with("{wasm}}));\n"), "{script}");
        let digest = Digest::of(script.as_bytes());
        assert_eq!(name, format!("start-{}.js", digest.short()));
        let tag =
            format!(r#"<script type="module" src="{name}" integrity="{}"></script>"#, digest.integrity());
        assert!(html.contains(&tag), "{html}");
        assert!(!html.contains("wasmBindings"), "{html}");
        assert!(html.contains("modulepreload") && html.ends_with("</html>\n"), "{html}");
    }

    #[test]
    fn a_script_that_has_moved_stays_where_it_is() {
        let html = moved(BUILT).unwrap().unwrap().html;
        assert!(moved(&html).unwrap().is_none());
    }

    #[test]
    fn a_page_that_trunk_did_not_write_is_refused() {
        let none = BUILT.replace("module", "text");
        assert!(moved(&none).unwrap_err().to_string().contains("not one inline script, but 0"));
        let other = BUILT.replace(SIGN, "load");
        assert!(moved(&other).unwrap_err().to_string().contains("not the one that trunk writes"));
        let two = BUILT.replace("<body>", "<body><script type=\"module\">1</script>");
        assert!(moved(&two).unwrap_err().to_string().contains("but 2"));
        let classic = BUILT.replace("<body>", "<body><script>1</script>");
        assert!(moved(&classic).unwrap_err().to_string().contains("does not let run"));
    }

    #[test]
    fn the_policy_is_read_from_the_page() {
        assert_eq!(policy(BUILT), Some("default-src 'none'; script-src 'self'"));
        assert_eq!(policy("<html></html>"), None);
    }
}

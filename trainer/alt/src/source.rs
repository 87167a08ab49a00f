//! From an address in a page to the picture itself, as far as it lies on this machine.

use std::path::{Component, Path, PathBuf};

use data_url::DataUrl;
use percent_encoding::percent_decode_str;

use crate::Links;

/// Width or height, in pixels, up to which a picture is a spacer or counts visits.
pub const TINY: u32 = 3;
/// Characters of a `data:` address that reports show.
const SHOWN: usize = 40;

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picture {
    /// A file.
    File(PathBuf),
    /// A drawing, SVG: no captioner sees it, but it may say of itself what it shows.
    Drawing(PathBuf),
    /// It is in the page itself.
    Inline(Vec<u8>),
}

/// Why a picture cannot be seen from here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unseen {
    /// The image has no address.
    #[error("it has no address")]
    Nowhere,
    /// It lies on another machine.
    #[error("its picture is not on this machine")]
    Remote,
    /// A template engine writes its address.
    #[error("a template writes its tag")]
    Templated,
    /// It lies above the site.
    #[error("its address leads out of {}; name the folder of the site with --root", .0.display())]
    Outside(PathBuf),
    /// It is a link to somewhere else.
    #[error("{} is a link out of the folder: --follow goes there", .0.display())]
    Linked(PathBuf),
    /// There is no such file.
    #[error("there is no {}", .0.display())]
    Missing(PathBuf),
    /// A folder, a pipe.
    #[error("{} is no file", .0.display())]
    NoFile(PathBuf),
    /// A drawing: SVG.
    #[error("it is a drawing (SVG) without a title")]
    Drawing,
    /// A `data:` address that holds no data.
    #[error("its data: address is damaged")]
    Damaged,
}

/// Where a page stands, which decides where its addresses lead.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The page's folder, absolute.
    pub folder: &'a Path,
    /// Where addresses that begin with a slash start, absolute.
    pub root: &'a Path,
    /// What relative addresses may not leave, absolute.
    pub bound: &'a Path,
    /// `<base href>`.
    pub base: Option<&'a str>,
    /// Where links may lead.
    pub links: Links,
}

impl Ground<'_> {
    /// Finds the picture of an image: the first of its addresses that leads to one.
    ///
    /// # Errors
    /// Why the first of them leads to none.
    pub fn locate(&self, sources: &[String]) -> Result<Picture, Unseen> {
        let mut first = None;
        for source in sources {
            match self.one(source.trim()) {
                Ok(picture) => return Ok(picture),
                Err(reason) => drop(first.get_or_insert(reason)),
            }
        }
        Err(first.unwrap_or(Unseen::Nowhere))
    }

    fn one(&self, source: &str) -> Result<Picture, Unseen> {
        if scheme(source).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data")) {
            return inline(source);
        }
        if ["{{", "{%", "{#", "<?", "<%", "${"].iter().any(|mark| source.contains(mark)) {
            return Err(Unseen::Templated);
        }
        let remote = |address: &str| scheme(address).is_some() || address.starts_with("//");
        // Browsers take either slash.
        let slashed = |address: &str| address.split(['?', '#']).next().unwrap_or_default().replace('\\', "/");
        let (source, base) = (slashed(source), slashed(self.base.unwrap_or_default()));
        if remote(&source) || (remote(&base) && !source.is_empty()) {
            return Err(Unseen::Remote);
        }
        if source.is_empty() {
            return Err(Unseen::Nowhere);
        }
        let (base, _) = base.rsplit_once('/').map_or(("", ""), |(folder, file)| (folder, file));
        let address = match (source.starts_with('/'), base) {
            (true, _) => source,
            (false, "") if self.base.is_some_and(|base| base.starts_with('/')) => format!("/{source}"),
            (false, "") => source,
            (false, base) => format!("{base}/{source}"),
        };
        // A name with a percent sign in it may be meant as it stands.
        let decoded = percent_decode_str(&address).decode_utf8_lossy().into_owned();
        let found = self.file(&decoded);
        if decoded == address {
            found
        } else {
            found.or_else(|reason| self.file(&address).map_err(|_| reason))
        }
    }

    fn file(&self, address: &str) -> Result<Picture, Unseen> {
        let (start, relative) = match address.strip_prefix('/') {
            Some(rest) => (self.root, rest),
            None => (self.folder, address),
        };
        let path = resolved(&start.join(relative.trim_start_matches('/')));
        if !path.starts_with(self.root) && !path.starts_with(self.bound) {
            return Err(Unseen::Outside(
                if address.starts_with('/') { self.root } else { self.bound }.to_owned(),
            ));
        }
        if self.links == Links::Inside
            && let Ok(real) = path.canonicalize()
            && !real.starts_with(self.root)
            && !real.starts_with(self.bound)
        {
            return Err(Unseen::Linked(path));
        }
        let drawing = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("svg"));
        match path.metadata() {
            Ok(meta) if meta.is_file() && drawing => Ok(Picture::Drawing(path)),
            Ok(meta) if meta.is_file() => Ok(Picture::File(path)),
            Ok(_) => Err(Unseen::NoFile(path)),
            Err(_) => Err(Unseen::Missing(path)),
        }
    }
}

/// `a/b/../c` is `a/c`, whatever links there are: an address knows no links.
fn resolved(path: &Path) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(resolved.pop()),
            Component::CurDir => {}
            part => resolved.push(part),
        }
    }
    resolved
}

fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let letters = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (letters && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))).then_some(scheme)
}

fn inline(address: &str) -> Result<Picture, Unseen> {
    let data = DataUrl::process(address).map_err(|_| Unseen::Damaged)?;
    if data.mime_type().matches("image", "svg+xml") {
        return Err(Unseen::Drawing);
    }
    let (bytes, _) = data.decode_to_vec().map_err(|_| Unseen::Damaged)?;
    if bytes.is_empty() { Err(Unseen::Damaged) } else { Ok(Picture::Inline(bytes)) }
}

impl Picture {
    /// Whether it is a few pixels wide or high; nothing where its size cannot be read.
    #[must_use]
    pub fn is_tiny(&self) -> Option<bool> {
        let size = match self {
            Self::File(path) | Self::Drawing(path) => imagesize::size(path),
            Self::Inline(bytes) => imagesize::blob_size(bytes),
        };
        size.ok().map(|size| size.width.min(size.height) <= TINY as usize)
    }
}

/// An address as people want to read it: of one that holds the picture itself, the beginning.
#[must_use]
pub fn shown(address: &str) -> String {
    let address = address.trim();
    if scheme(address).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data")) && address.len() > SHOWN {
        let start: String = address.chars().take(SHOWN).collect();
        return format!("{start}\u{2026} ({} characters)", address.len());
    }
    address.to_owned()
}

/// The last part of an address, with which alt texts are compared; none where the picture is in it.
#[must_use]
pub fn name(address: &str) -> Option<String> {
    if scheme(address).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data")) {
        return None;
    }
    let path = address.split(['?', '#']).next()?;
    let name = path.rsplit(['/', '\\']).next()?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn addresses_lead_where_a_browser_would_go() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("site");
        fs::create_dir_all(root.join("blog/100%")).unwrap();
        for name in ["a.png", "blog/b c.png", "blog/100%/d.png", "e.SVG"] {
            fs::write(root.join(name), "x").unwrap();
        }
        fs::write(folder.path().join("secret.png"), "x").unwrap();
        let blog = root.join("blog");
        let locate = |source: &str, base: Option<&str>| {
            let ground = Ground { folder: &blog, root: &root, bound: &root, base, links: Links::Inside };
            ground.locate(&[source.to_owned()]).map(|picture| match picture {
                Picture::File(path) | Picture::Drawing(path) => {
                    path.strip_prefix(&root).unwrap().display().to_string()
                }
                Picture::Inline(bytes) => format!("{} bytes", bytes.len()),
            })
        };
        let file = |name: &str| Ok(name.to_owned());
        assert_eq!(locate("b%20c.png", None), file("blog/b c.png"));
        assert_eq!(locate(" ./b c.png?v=1#x ", None), file("blog/b c.png"));
        assert_eq!(locate("../a.png", None), file("a.png"));
        assert_eq!(locate("..\\a.png", None), file("a.png"));
        assert_eq!(locate("/a.png", None), file("a.png"));
        assert_eq!(locate("100%/d.png", None), file("blog/100%/d.png"));
        assert_eq!(locate("a.png", Some("/")), file("a.png"));
        assert_eq!(locate("b c.png", Some("/blog/index.html")), file("blog/b c.png"));
        assert_eq!(locate("d.png", Some("100%25/")), file("blog/100%/d.png"));
        assert_eq!(locate("data:image/png;base64,AAAA", None), file("3 bytes"));
        assert_eq!(locate("data:,%41", Some("https://x.org/")), file("1 bytes"));

        assert_eq!(locate("../../secret.png", None), Err(Unseen::Outside(root.clone())));
        assert_eq!(locate("/../secret.png", None), Err(Unseen::Outside(root.clone())));
        assert_eq!(locate("%2e%2e/%2e%2e/secret.png", None), Err(Unseen::Outside(root.clone())));
        assert_eq!(locate("c.png", None), Err(Unseen::Missing(blog.join("c.png"))));
        assert_eq!(locate("100%", None), Err(Unseen::NoFile(blog.join("100%"))));
        assert_eq!(locate("/e.SVG", None), file("e.SVG"));
        assert_eq!(locate("data:image/svg+xml,<svg/>", None), Err(Unseen::Drawing));
        assert_eq!(locate("data:image/png;base64", None), Err(Unseen::Damaged));
        assert_eq!(locate("data:image/png;base64,", None), Err(Unseen::Damaged));
        assert_eq!(locate("{{ page.hero }}", None), Err(Unseen::Templated));
        assert_eq!(locate("#x", None), Err(Unseen::Nowhere));
        for remote in ["https://x.org/a.png", "//x.org/a.png", "HTTP:a.png", "blob:x"] {
            assert_eq!(locate(remote, None), Err(Unseen::Remote), "{remote}");
        }
        assert_eq!(locate("a.png", Some("https://x.org/")), Err(Unseen::Remote));
    }

    #[cfg(unix)]
    #[test]
    fn a_picture_that_is_a_link_out_of_the_folder_is_not_read() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("site");
        fs::create_dir(&root).unwrap();
        fs::write(folder.path().join("secret.png"), "x").unwrap();
        std::os::unix::fs::symlink("../secret.png", root.join("a.png")).unwrap();
        let locate = |links| {
            let ground = Ground { folder: &root, root: &root, bound: &root, base: None, links };
            ground.locate(&["a.png".to_owned()])
        };
        assert_eq!(locate(Links::Inside), Err(Unseen::Linked(root.join("a.png"))));
        assert_eq!(locate(Links::Anywhere), Ok(Picture::File(root.join("a.png"))));
    }

    #[test]
    fn the_first_address_that_leads_to_a_picture_counts() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("b.png"), "x").unwrap();
        let ground = Ground {
            folder: folder.path(),
            root: folder.path(),
            bound: folder.path(),
            base: None,
            links: Links::Inside,
        };
        let sources = ["a.png", "b.png"].map(str::to_owned);
        assert_eq!(ground.locate(&sources), Ok(Picture::File(folder.path().join("b.png"))));
        assert_eq!(ground.locate(&[]), Err(Unseen::Nowhere));
    }

    #[test]
    fn addresses_are_shown_short_and_named() {
        assert_eq!(shown(" a.png "), "a.png");
        let data = format!("data:image/png;base64,{}", "A".repeat(100));
        assert_eq!(shown(&data), "data:image/png;base64,AAAAAAAAAAAAAAAAAA\u{2026} (122 characters)");
        assert_eq!(name("/x/hero%201.png?v=2").as_deref(), Some("hero 1.png"));
        assert_eq!(name(&data), None);
    }
}

//! Which pages: those in folders, files, and what globs name.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use globset::GlobBuilder;
use ignore::gitignore::Gitignore;
use walkdir::{DirEntry, WalkDir};

use crate::{Kind, Links};

/// Folders of programs, whose pages are not the author's.
const FOREIGN: [&str; 2] = ["node_modules", "bower_components"];

/// The file that says what in a folder is passed over, as `.gitignore` says it.
const IGNORE: &str = ".showtellignore";

/// Why a link is left alone.
const OUT: &str = "a link out of the folder that was named: left alone, --follow goes there";

/// A page's file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct PageFile {
    /// As it was named, for people.
    pub path: PathBuf,
    /// What it is written in.
    pub kind: Kind,
    /// Absolute; below the folder that was named with links as they are, since addresses know none.
    pub place: PathBuf,
    /// The folder that was named, or that a file or glob lies in; absolute, without links.
    pub bound: PathBuf,
}

/// What could not be walked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub path: PathBuf,
    /// Why.
    pub reason: String,
    /// Whether pages may be missing for it; a link that leads in a circle loses none, and one out of the folder none of
    /// its own.
    pub lossy: bool,
}

/// Finds the pages that paths name, each file once, sorted.
#[must_use]
pub fn walk(named: &[PathBuf], links: Links) -> (Vec<PageFile>, Vec<Fault>) {
    let mut walked = Walked { links, ..Walked::default() };
    for path in named {
        walked.take(path);
    }
    walked.files.sort();
    walked.faults.sort_by(|one, other| one.path.cmp(&other.path));
    (walked.files, walked.faults)
}

#[derive(Default)]
struct Walked {
    links: Links,
    files: Vec<PageFile>,
    faults: Vec<Fault>,
    /// Files behind links and in folders named twice.
    seen: HashSet<PathBuf>,
}

impl Walked {
    fn fault(&mut self, path: &Path, reason: impl Into<String>) {
        self.faults.push(Fault { path: path.to_owned(), reason: reason.into(), lossy: true });
    }

    fn take(&mut self, path: &Path) {
        match path.metadata() {
            Ok(meta) if meta.is_dir() => self.folder(path, |_| true),
            Ok(_) => match Kind::of(path) {
                Some(kind) => {
                    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                    self.add(path, kind, folder.unwrap_or(Path::new(".")));
                }
                None => self.fault(path, "neither HTML nor Markdown by its name"),
            },
            Err(_) if path.to_string_lossy().contains(['*', '?', '[', '{']) => self.glob(path),
            Err(error) => self.fault(path, error.to_string()),
        }
    }

    fn glob(&mut self, pattern: &Path) {
        let start: PathBuf = pattern
            .components()
            .filter(|part| *part != Component::CurDir)
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect();
        let text = pattern.to_string_lossy();
        let text = text.strip_prefix("./").unwrap_or(&text);
        let glob = match GlobBuilder::new(text).literal_separator(true).build() {
            Ok(glob) => glob.compile_matcher(),
            Err(error) => return self.fault(pattern, error.to_string()),
        };
        let before = self.files.len();
        let folder = if start.as_os_str().is_empty() { Path::new(".") } else { &start };
        self.folder(folder, |path| glob.is_match(path.strip_prefix("./").unwrap_or(path)));
        if self.files.len() == before {
            self.fault(pattern, "no HTML or Markdown page matches");
        }
    }

    fn folder(&mut self, folder: &Path, wanted: impl Fn(&Path) -> bool) {
        let (ignored, fault) = Gitignore::new(folder.join(IGNORE));
        // There need not be one.
        if let Some(error) = fault.filter(|_| folder.join(IGNORE).exists()) {
            self.fault(&folder.join(IGNORE), error.to_string());
        }
        let passed = |entry: &DirEntry| ignored.matched(entry.path(), entry.file_type().is_dir()).is_ignore();
        let (links, bound) = (self.links, folder.canonicalize().ok());
        let out = RefCell::new(Vec::new());
        let stays = |entry: &DirEntry| {
            let target = match entry.path_is_symlink() && links == Links::Inside {
                true => entry.path().canonicalize().ok(),
                false => None,
            };
            // One that leads nowhere is told as such.
            let stays =
                target.is_none_or(|target| bound.as_ref().is_some_and(|bound| target.starts_with(bound)));
            if !stays && (entry.file_type().is_dir() || Kind::of(entry.path()).is_some()) {
                out.borrow_mut().push(entry.path().to_owned());
            }
            stays
        };
        let own =
            |entry: &DirEntry| entry.depth() == 0 || (!foreign(entry) && !passed(entry) && stays(entry));
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name().into_iter().filter_entry(own)
        {
            match entry {
                Ok(entry) => {
                    if let Some(kind) = Kind::of(entry.path()).filter(|_| entry.file_type().is_file())
                        && wanted(entry.path())
                    {
                        self.add(entry.path(), kind, folder);
                    }
                }
                Err(error) => {
                    let path = error.path().unwrap_or(folder).to_owned();
                    let around = error.loop_ancestor();
                    let reason = match (around, error.io_error()) {
                        (Some(above), _) => format!("a link back to {}: not followed", above.display()),
                        (None, Some(error)) => error.to_string(),
                        (None, None) => error.to_string(),
                    };
                    self.faults.push(Fault { path, reason, lossy: around.is_none() });
                }
            }
        }
        let left = |path| Fault { path, reason: OUT.to_owned(), lossy: false };
        self.faults.extend(out.into_inner().into_iter().map(left));
    }

    fn add(&mut self, path: &Path, kind: Kind, bound: &Path) {
        match path.canonicalize().and_then(|real| Ok((real, bound.canonicalize()?))) {
            Ok((real, absolute)) if self.links == Links::Inside && !real.starts_with(&absolute) => {
                self.faults.push(Fault { path: path.to_owned(), reason: OUT.to_owned(), lossy: false });
            }
            Ok((real, absolute)) => {
                if self.seen.insert(real) {
                    let place = absolute.join(path.strip_prefix(bound).unwrap_or(path));
                    let path = path.strip_prefix("./").unwrap_or(path).to_owned();
                    self.files.push(PageFile { path, kind, place, bound: absolute });
                }
            }
            Err(error) => self.fault(path, error.to_string()),
        }
    }
}

/// Hidden, or of a program.
fn foreign(entry: &DirEntry) -> bool {
    let name = entry.file_name().to_string_lossy();
    name.starts_with('.') || (entry.file_type().is_dir() && FOREIGN.contains(&name.as_ref()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::testing::folder;

    fn names(found: &(Vec<PageFile>, Vec<Fault>), root: &Path) -> Vec<String> {
        let name = |file: &PageFile| file.path.strip_prefix(root).unwrap().display().to_string();
        found.0.iter().map(name).collect()
    }

    #[test]
    fn folders_files_and_globs_name_pages() {
        let site = folder(&[
            ("index.html", ""),
            ("blog/a.md", ""),
            ("blog/b.HTM", ""),
            ("blog/c.txt", ""),
            (".git/x.html", ""),
            ("node_modules/x/readme.md", ""),
            ("blog/.draft.md", ""),
        ]);
        let root = site.path();
        let all = walk(&[root.to_owned(), root.join("blog"), root.join("index.html")], Links::Inside);
        assert_eq!(names(&all, root), ["blog/a.md", "blog/b.HTM", "index.html"]);
        assert_eq!(all.1, []);
        assert_eq!(names(&walk(&[root.join("*.html")], Links::Inside), root), ["index.html"]);
        assert_eq!(
            names(&walk(&[root.join("**/*.{md,htm,HTM}")], Links::Inside), root),
            ["blog/a.md", "blog/b.HTM"]
        );
        let faults = |path: PathBuf| walk(&[path], Links::Inside).1.remove(0).reason;
        assert_eq!(faults(root.join("blog/c.txt")), "neither HTML nor Markdown by its name");
        assert_eq!(faults(root.join("*.xml")), "no HTML or Markdown page matches");
        assert_eq!(
            faults(root.join("[x")),
            "error parsing glob '".to_owned()
                + &root.join("[x").display().to_string()
                + "': unclosed character class; missing ']'"
        );
        assert!(faults(root.join("gone.html")).contains("No such file"));
    }

    #[test]
    fn what_is_to_be_ignored_is_passed_over() {
        let site = folder(&[
            (".showtellignore", "drafts/\n*.min.html\n!keep.min.html\n# a note\n/top.md\n"),
            ("a.md", ""),
            ("top.md", ""),
            ("sub/top.md", ""),
            ("sub/drafts/b.md", ""),
            ("c.min.html", ""),
            ("keep.min.html", ""),
        ]);
        let root = site.path();
        let all = walk(&[root.to_owned()], Links::Inside);
        assert_eq!(names(&all, root), ["a.md", "keep.min.html", "sub/top.md"]);
        assert_eq!(all.1, []);
        assert_eq!(names(&walk(&[root.join("top.md")], Links::Inside), root), ["top.md"]);
    }

    #[test]
    fn links_out_of_the_folder_are_left_alone_unless_asked() {
        let away = folder(&[("site/index.html", ""), ("else/secret.html", ""), ("else/x.html", "")]);
        let root = away.path().join("site");
        symlink("../else", root.join("dir")).unwrap();
        symlink("../else/x.html", root.join("y.html")).unwrap();
        let (files, faults) = walk(&[root.clone(), root.join("y.html")], Links::Inside);
        assert_eq!(files.len(), 1);
        let told: Vec<_> =
            faults.iter().map(|fault| (fault.path.strip_prefix(&root).unwrap(), fault.lossy)).collect();
        assert_eq!(
            told,
            [(Path::new("dir"), false), (Path::new("y.html"), false), (Path::new("y.html"), false)]
        );
        assert!(faults[0].reason.contains("--follow"));
        assert_eq!(walk(&[root], Links::Anywhere).0.len(), 3);
    }

    #[test]
    fn links_are_followed_once_and_loops_are_told() {
        let site = folder(&[("a/index.html", "")]);
        let root = site.path();
        symlink(root.join("a"), root.join("b")).unwrap();
        symlink("index.html", root.join("a/home.html")).unwrap();
        symlink("..", root.join("a/up")).unwrap();
        symlink("gone", root.join("a/gone.html")).unwrap();
        let found = walk(&[root.to_owned()], Links::Inside);
        assert_eq!(names(&found, root), ["a/home.html"]);
        let reasons: Vec<&str> = found.1.iter().map(|fault| fault.reason.as_str()).collect();
        assert!(reasons.iter().any(|reason| reason.starts_with("a link back to ")), "{reasons:?}");
        assert!(reasons.iter().any(|reason| reason.contains("No such file")), "{reasons:?}");
        fs::remove_file(root.join("a/up")).unwrap();
    }
}

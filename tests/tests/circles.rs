//! No circles among the modules of a crate: who reads one of them need not know all of them.
//!
//! Only the topmost modules count, those that lie in `src` itself. What tests import does not.

#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// The topmost modules of a crate, each with those that it imports.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// Crates of the workspace that still have circles.
const OPEN: [&str; 0] = [];

fn root() -> PathBuf {
    // As cargo says it now: a build folder may be shared by several clones.
    let tests = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap());
    tests.parent().unwrap().to_owned()
}

/// The folders of the workspace's crates, as the manifest lists them.
fn members(root: &Path) -> Vec<String> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let list = manifest.lines().skip_while(|line| !line.starts_with("members = ["));
    let list: String = list.take_while(|line| !line.starts_with("default-members")).collect();
    list.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Source without comments, and without what stands below `#[cfg(test)] mod`.
fn code(source: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = source.lines().peekable();
    while let Some(line) = rest.next() {
        let tests = line.trim() == "#[cfg(test)]" && rest.peek().is_some_and(|next| next.contains("mod "));
        if tests && rest.peek().is_some_and(|next| next.ends_with('{')) {
            break;
        }
        if !line.trim_start().starts_with("//") {
            lines.push(line);
        }
    }
    lines.join("\n")
}

/// The first names of the paths that begin with `start`, also of those in braces: of `crate::{a::B, c}` a and c.
fn named_after<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = String> + 'a {
    code.match_indices(start).flat_map(move |(at, _)| {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == ':') {
            return Vec::new();
        }
        let after = &code[at + start.len()..];
        let name = |text: &str| -> String {
            let text = text.trim_start();
            text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
        };
        let Some(group) = after.strip_prefix('{') else { return vec![name(after)] };
        let (mut names, mut depth, mut first) = (Vec::new(), 0, 0);
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                ',' | '}' if depth == 0 => {
                    names.push(name(&group[first..place]));
                    first = place + 1;
                    if letter == '}' {
                        break;
                    }
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        names
    })
}

fn imports(source: &Path) -> Imports {
    let mut imports = Imports::new();
    for entry in WalkDir::new(source).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(source).unwrap();
        let is_rust = path.extension().is_some_and(|ending| ending == "rs");
        let first = path.iter().next().map(|first| first.to_string_lossy().into_owned());
        let (true, Some(first)) = (is_rust, first) else { continue };
        let module = first.trim_end_matches(".rs").to_owned();
        if ["lib", "main", "bin"].contains(&module.as_str()) || path.ends_with("tests.rs") {
            continue;
        }
        let code = code(&std::fs::read_to_string(entry.path()).unwrap());
        let own = imports.entry(module.clone()).or_default();
        own.extend(named_after(&code, "crate::"));
        // Only in the topmost modules themselves does this mean the crate.
        if path.iter().count() == 1 || path.ends_with("mod.rs") && path.iter().count() == 2 {
            own.extend(named_after(&code, "super::"));
        }
        own.remove(&module);
    }
    let modules: BTreeSet<String> = imports.keys().cloned().collect();
    imports.values_mut().for_each(|own| own.retain(|name| modules.contains(name)));
    imports
}

/// Modules of which each imports the next and the last the first; nothing where there are none.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    // Whoever imports nothing that is left is in no circle.
    let mut left = imports.clone();
    while let Some(free) = left.iter().find(|(_, own)| own.is_empty()).map(|(module, _)| module.clone()) {
        left.remove(&free);
        for own in left.values_mut() {
            own.remove(&free);
        }
    }
    // From anywhere in the rest imports lead on for ever.
    let mut way = vec![left.keys().next()?.clone()];
    loop {
        let next = left[way.last()?].first()?.clone();
        if let Some(start) = way.iter().position(|module| *module == next) {
            return Some(way.split_off(start));
        }
        way.push(next);
    }
}

#[test]
fn modules_import_each_other_one_way() {
    let root = root();
    let members = members(&root);
    assert!(members.len() >= 5 && members.iter().any(|member| member == "shared"), "{members:?}");
    for member in members.iter().filter(|member| !OPEN.contains(&member.as_str())) {
        let imports = imports(&root.join(member).join("src"));
        let found = circle(&imports).map(|circle| circle.join(" imports "));
        assert_eq!(found, None, "modules of {member} import each other in a circle");
    }
    let imports = imports(&root.join("shared/src"));
    assert!(imports["captioner"].contains("bundle") && imports["bundle"].contains("model"), "{imports:?}");
}

#[test]
fn a_circle_is_found_and_named() {
    let imports = |list: &[(&str, &[&str])]| -> Imports {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        list.iter().map(|(module, names)| ((*module).to_owned(), own(names))).collect()
    };
    assert_eq!(circle(&imports(&[("a", &["b", "c"]), ("b", &["c"]), ("c", &[])])), None);
    let found = circle(&imports(&[("a", &["b"]), ("b", &["c", "d"]), ("c", &[]), ("d", &["b"])]));
    assert_eq!(found, Some(vec!["b".to_owned(), "d".to_owned()]));

    let source = "use crate::{one::{A, B}, two};\n// crate::three\nfn f() { crate::four::g(); mycrate::five() }\n\
                  #[cfg(test)]\nmod tests {\n    use crate::six;\n}\n";
    let found: Vec<String> = named_after(&code(source), "crate::").collect();
    assert_eq!(found, ["one", "two", "four"]);
}

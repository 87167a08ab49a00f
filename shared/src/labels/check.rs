//! What a table of words has to be.

use thiserror::Error;

use super::Labels;
use super::mention::parts;

/// More words or classes than this are no table of words.
pub const MOST: usize = 1 << 16;

/// A chain of broader words is no longer than this, so that climbing it takes no time that matters.
pub const LONGEST: usize = 32;

/// Why a table of words cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LabelsError {
    /// It cannot be read.
    #[error("the table of words cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// It has more words or classes than [`MOST`].
    #[error("the table has {nodes} words for {classes} classes, which is more than {MOST}")]
    Huge {
        /// How many words it has.
        nodes: usize,
        /// How many classes.
        classes: usize,
    },
    /// A word, its plural or a synonym has no letters or digits.
    #[error("word {node} of the table has an empty name")]
    Empty {
        /// Which word.
        node: usize,
    },
    /// A broader word does not exist.
    #[error("word {node} of the table lies under word {parent}, which does not exist")]
    Parent {
        /// Which word.
        node: usize,
        /// What it names as broader.
        parent: usize,
    },
    /// A word is broader than itself, or has more than [`LONGEST`] words above it.
    #[error("word {node} of the table lies under itself, or under more than {LONGEST} words")]
    Chain {
        /// Which word.
        node: usize,
    },
    /// The word of a class does not exist.
    #[error("class {class} has word {node} of the table, which does not exist")]
    Class {
        /// Which class.
        class: usize,
        /// What it names as its word.
        node: usize,
    },
}

impl Labels {
    /// Checks that every word and class leads to words that exist, and from each up to a root. Everything else
    /// here counts on that.
    ///
    /// # Errors
    /// [`LabelsError`].
    pub fn validate(&self) -> Result<(), LabelsError> {
        let (nodes, classes) = (self.nodes.len(), self.classes.len());
        if nodes > MOST || classes > MOST {
            return Err(LabelsError::Huge { nodes, classes });
        }
        for (index, node) in self.nodes.iter().enumerate() {
            let names = [&node.word, &node.plural].into_iter().chain(&node.synonyms);
            if names.into_iter().any(|name| parts(name).next().is_none()) {
                return Err(LabelsError::Empty { node: index });
            }
            if let Some(parent) = node.parent.filter(|&parent| parent >= nodes) {
                return Err(LabelsError::Parent { node: index, parent });
            }
        }
        // A chain that leads back to itself is longer than any.
        if let Some(node) = (0..nodes).find(|&node| self.path(node).nth(LONGEST + 1).is_some()) {
            return Err(LabelsError::Chain { node });
        }
        match self.classes.iter().enumerate().find(|&(_, &node)| node >= nodes) {
            Some((class, &node)) => Err(LabelsError::Class { class, node }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn small(json: &str) -> Result<Labels, LabelsError> {
        Labels::from_json(json.as_bytes())
    }

    #[test]
    fn what_cannot_be_used_is_refused() {
        let node = |parent: &str| format!(r#"{{"word": "a", "plural": "as"{parent}}}"#);
        let (root, first) = (node(""), node(r#", "parent": 0"#));
        assert!(small(&format!(r#"{{"nodes": [{root}, {first}], "classes": [1, 1, 0]}}"#)).is_ok());
        // A parent may come later.
        let second = node(r#", "parent": 1"#);
        assert!(small(&format!(r#"{{"nodes": [{second}, {root}], "classes": []}}"#)).is_ok());

        let refused = |nodes: &str, classes: &str| {
            small(&format!(r#"{{"nodes": [{nodes}], "classes": [{classes}]}}"#)).unwrap_err()
        };
        assert!(matches!(refused(&first, ""), LabelsError::Chain { node: 0 }));
        assert!(matches!(refused(&format!("{second}, {first}, {root}"), ""), LabelsError::Chain { node: 0 }));
        assert!(matches!(refused(&second, ""), LabelsError::Parent { node: 0, parent: 1 }));
        assert!(matches!(refused(&root, "0, 1"), LabelsError::Class { class: 1, node: 1 }));
        for empty in [
            r#"{"word": "", "plural": "as"}"#,
            r#"{"word": "a", "plural": " "}"#,
            r#"{"word": "a", "plural": "as", "synonyms": ["b", "-"]}"#,
        ] {
            assert!(matches!(refused(empty, ""), LabelsError::Empty { node: 0 }), "{empty}");
        }
        let many = vec!["0"; MOST + 1].join(",");
        assert!(matches!(refused(&root, &many), LabelsError::Huge { nodes: 1, .. }));
        assert!(small(&format!(r#"{{"nodes": [{root}], "classes": [{}]}}"#, &many[2..])).is_ok());
        for unread in [
            "",
            "[]",
            r#"{"nodes": []}"#,
            r#"{"nodes": [{"word": "a"}], "classes": []}"#,
            r#"{"nodes": [{"word": "a", "plural": "as", "parent": -1}], "classes": []}"#,
            r#"{"nodes": [{"word": "a", "plural": "as", "colour": "red"}], "classes": []}"#,
            r#"{"nodes": [], "classes": [], "more": 1}"#,
        ] {
            assert!(matches!(small(unread), Err(LabelsError::Json(_))), "{unread}");
        }
    }

    #[test]
    fn a_chain_is_no_longer_than_allowed() {
        let chain = |words: usize| {
            let nodes: Vec<String> = (0..words)
                .map(|node| match node.checked_sub(1) {
                    Some(parent) => format!(r#"{{"word": "a", "plural": "as", "parent": {parent}}}"#),
                    None => r#"{"word": "a", "plural": "as"}"#.to_owned(),
                })
                .collect();
            small(&format!(r#"{{"nodes": [{}], "classes": [{}]}}"#, nodes.join(","), words - 1))
        };
        assert_eq!(chain(LONGEST + 1).unwrap().totals(&[1.0]), [1.0; LONGEST + 1]);
        assert!(
            matches!(chain(LONGEST + 2).unwrap_err(), LabelsError::Chain { node } if node == LONGEST + 1)
        );
    }
}

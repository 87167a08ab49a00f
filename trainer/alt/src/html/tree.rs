//! What lies in what: the elements of a page, as a browser's tree has them.
//!
//! The tree is built by html5ever's tree builder, which knows which tags end others, which are moved and which are
//! dropped; [`Tree`] takes in what it builds and keeps no more than reading needs: parents, tags, and whether there
//! is text.

use std::borrow::Cow;
use std::cell::{Cell, Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName, local_name, ns};

/// The attribute by which the builder carries a tag's number, also to copies of an element. No page can write it.
pub const NUMBER: &str = " tag";

/// A node of the tree, by its number.
pub type Place = usize;

/// An element, or text that says something.
#[derive(Debug)]
pub struct Node {
    /// What it lies in.
    pub parent: Option<Place>,
    /// The element's name; empty for text and comments.
    pub name: QualName,
    /// Whether it is text that says something.
    pub text: bool,
    /// The tag that began it, by its number; none where the builder put it there by itself.
    pub tag: Option<usize>,
    /// How many elements it lay in when it was put there.
    depth: usize,
    children: Vec<Place>,
}

/// The nodes of a page, in the order in which they began.
#[derive(Debug, Default)]
pub struct Tree {
    /// The nodes; the first is the document.
    pub nodes: Vec<Node>,
    /// Tags that were added to elements that were there already, as those of a second `<body>`.
    pub merged: Vec<(Place, usize)>,
}

impl Tree {
    /// A tree with nothing but the document.
    pub fn new() -> Self {
        let mut tree = Self::default();
        tree.add(unnamed(), None);
        tree
    }

    /// Adds a node that lies nowhere yet.
    pub fn add(&mut self, name: QualName, tag: Option<usize>) -> Place {
        self.nodes.push(Node { parent: None, name, text: false, tag, depth: 0, children: Vec::new() });
        self.nodes.len() - 1
    }

    /// Puts text into an element, where it says something.
    pub fn text(&mut self, parent: Place, text: &str) {
        if !text.trim().is_empty() {
            let place = self.add(unnamed(), None);
            self.nodes[place].text = true;
            self.put(place, parent);
        }
    }

    /// Puts a node into another, and out of what it lay in.
    pub fn put(&mut self, place: Place, parent: Place) {
        self.take(place);
        self.nodes[place].parent = Some(parent);
        self.nodes[place].depth = self.nodes[parent].depth + 1;
        self.nodes[parent].children.push(place);
    }

    fn take(&mut self, place: Place) {
        if let Some(parent) = self.nodes[place].parent.take() {
            let children = &mut self.nodes[parent].children;
            if let Some(at) = children.iter().rposition(|&child| child == place) {
                children.swap_remove(at);
            }
        }
    }

    /// Whether a node is an element of HTML with that name.
    pub fn is(&self, place: Place, name: &str) -> bool {
        let own = &self.nodes[place].name;
        own.ns == ns!(html) && *own.local == *name
    }
}

/// A tree that html5ever builds.
#[derive(Debug)]
pub struct Sink {
    tree: RefCell<Tree>,
    /// How deep the newest node lies.
    depth: Cell<usize>,
}

impl Sink {
    /// An empty page.
    pub fn new() -> Self {
        Self { tree: RefCell::new(Tree::new()), depth: Cell::default() }
    }

    /// How many elements are open, more or less: as many as the newest lies in.
    pub fn depth(&self) -> usize {
        self.depth.get()
    }

    fn place(&self, parent: Place, child: NodeOrText<Place>) {
        let mut tree = self.tree.borrow_mut();
        match child {
            NodeOrText::AppendNode(node) => {
                tree.put(node, parent);
                self.depth.set(tree.nodes[node].depth);
            }
            NodeOrText::AppendText(text) => tree.text(parent, &text),
        }
    }
}

fn unnamed() -> QualName {
    QualName::new(None, ns!(), local_name!(""))
}

fn number(attributes: &[Attribute]) -> Option<usize> {
    attributes.iter().find(|attribute| *attribute.name.local == *NUMBER)?.value.parse().ok()
}

impl TreeSink for Sink {
    type Handle = Place;
    type Output = Tree;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Tree {
        self.tree.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Place {
        0
    }

    fn elem_name<'a>(&'a self, target: &'a Place) -> Ref<'a, QualName> {
        Ref::map(self.tree.borrow(), |tree| &tree.nodes[*target].name)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Place {
        self.tree.borrow_mut().add(name, number(&attributes))
    }

    fn create_comment(&self, _: StrTendril) -> Place {
        self.tree.borrow_mut().add(unnamed(), None)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Place {
        self.tree.borrow_mut().add(unnamed(), None)
    }

    fn append(&self, parent: &Place, child: NodeOrText<Place>) {
        self.place(*parent, child);
    }

    fn append_based_on_parent_node(&self, element: &Place, before: &Place, child: NodeOrText<Place>) {
        let parent = self.tree.borrow().nodes[*element].parent;
        self.place(parent.unwrap_or(*before), child);
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Place) -> Place {
        *target
    }

    fn same_node(&self, one: &Place, other: &Place) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Place, new: NodeOrText<Place>) {
        let parent = self.tree.borrow().nodes[*sibling].parent;
        self.place(parent.unwrap_or(0), new);
    }

    fn add_attrs_if_missing(&self, target: &Place, attributes: Vec<Attribute>) {
        // Only `<html>` and `<body>` come here; their own number is there already, or they have none.
        if let Some(tag) = number(&attributes) {
            let mut tree = self.tree.borrow_mut();
            match &mut tree.nodes[*target].tag {
                Some(_) => tree.merged.push((*target, tag)),
                own => *own = Some(tag),
            }
        }
    }

    fn remove_from_parent(&self, target: &Place) {
        self.tree.borrow_mut().take(*target);
    }

    fn reparent_children(&self, node: &Place, new: &Place) {
        let mut tree = self.tree.borrow_mut();
        for child in std::mem::take(&mut tree.nodes[*node].children) {
            tree.nodes[child].parent = Some(*new);
            tree.nodes[*new].children.push(child);
        }
    }
}

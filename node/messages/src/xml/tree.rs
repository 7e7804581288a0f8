//! The tree: an arena of elements, and a handle that walks it.

use std::rc::Rc;

use crate::limits::XML_TEXT_BYTES_MAX;

/// An attribute that is not a namespace declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Namespace of a prefixed attribute.
    pub namespace: Option<Rc<str>>,
    /// Name without prefix.
    pub name: Box<str>,
    /// Value, references resolved and white space normalised.
    pub value: Box<str>,
}

#[derive(Debug)]
pub(super) struct Node {
    /// Shared with every other element of this name.
    pub(super) name: Rc<str>,
    pub(super) namespace: Option<Rc<str>>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) text: String,
    pub(super) parent: Option<usize>,
    pub(super) children: Vec<usize>,
    pub(super) line: u32,
    /// Place among siblings of the same name, counted from 1.
    pub(super) position: u32,
    /// True when there is more than one sibling of this name, so that a path needs the place.
    pub(super) numbered: bool,
}

/// A whole document.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
}

impl Tree {
    /// The outermost element.
    #[must_use]
    pub fn root(&self) -> Option<Element<'_>> {
        self.nodes.first().map(|node| Element { tree: self, node })
    }

    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn push(&mut self, node: Node) {
        let index = self.nodes.len();
        if let Some(parent) = node.parent.and_then(|parent| self.nodes.get_mut(parent)) {
            parent.children.push(index);
        }
        self.nodes.push(node);
    }

    pub(super) fn set_numbered(&mut self, index: usize) {
        if let Some(node) = self.nodes.get_mut(index) {
            node.numbered = true;
        }
    }

    /// Appends to a node's text; false when that would exceed the limit.
    pub(super) fn append_text(&mut self, index: usize, text: &str) -> bool {
        match self.nodes.get_mut(index) {
            Some(node) if node.text.len().saturating_add(text.len()) <= XML_TEXT_BYTES_MAX => {
                node.text.push_str(text);
                true
            }
            Some(_) | None => false,
        }
    }
}

/// One element of a tree.
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree,
    node: &'t Node,
}

impl<'t> Element<'t> {
    /// Name without prefix.
    #[must_use]
    pub fn name(self) -> &'t str {
        &self.node.name
    }

    /// Namespace, none when undeclared.
    #[must_use]
    pub fn namespace(self) -> Option<&'t str> {
        self.node.namespace.as_deref()
    }

    /// All text directly inside, as written.
    #[must_use]
    pub fn text(self) -> &'t str {
        &self.node.text
    }

    /// All text directly inside without surrounding white space, as the data types that collapse it see it.
    #[must_use]
    pub fn collapsed_text(self) -> &'t str {
        self.node.text.trim_matches(super::markup::is_space)
    }

    /// Line of the start tag, counted from 1.
    #[must_use]
    pub fn line(self) -> u32 {
        self.node.line
    }

    /// Attributes that are not namespace declarations.
    #[must_use]
    pub fn attributes(self) -> &'t [Attribute] {
        &self.node.attributes
    }

    /// The value of an attribute without namespace.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'t str> {
        self.node
            .attributes
            .iter()
            .find(|attribute| attribute.namespace.is_none() && *attribute.name == *name)
            .map(|attribute| &*attribute.value)
    }

    /// The element around this one.
    #[must_use]
    pub fn parent(self) -> Option<Element<'t>> {
        let node = self.tree.nodes.get(self.node.parent?)?;
        Some(Element {
            tree: self.tree,
            node,
        })
    }

    /// The elements directly inside, in order.
    pub fn children(self) -> impl Iterator<Item = Element<'t>> {
        let tree = self.tree;
        self.node
            .children
            .iter()
            .filter_map(move |index| tree.nodes.get(*index))
            .map(move |node| Element { tree, node })
    }

    /// The first child of that name.
    #[must_use]
    pub fn child(self, name: &str) -> Option<Element<'t>> {
        self.children().find(|child| child.name() == name)
    }

    /// Follows names downwards, the first child of each.
    #[must_use]
    pub fn descend(self, names: &[&str]) -> Option<Element<'t>> {
        names
            .iter()
            .try_fold(self, |element, name| element.child(name))
    }

    /// All children of that name.
    pub fn children_named(self, name: &str) -> impl Iterator<Item = Element<'t>> {
        self.children().filter(move |child| child.name() == name)
    }

    /// The XPath: local names, an index only among several siblings of the same name.
    #[must_use]
    pub fn path(self) -> String {
        let mut steps = Vec::new();
        let mut current = Some(self);
        while let Some(element) = current {
            steps.push(if element.node.numbered {
                format!("/{}[{}]", element.name(), element.node.position)
            } else {
                format!("/{}", element.name())
            });
            current = element.parent();
        }
        steps.reverse();
        steps.concat()
    }
}

//! What a cell defines: its items, and what their meaning depends on.

use std::collections::BTreeSet;

use ra_ap_syntax::ast::{self, AstNode as _, HasGenericParams as _, HasName as _};
use ra_ap_syntax::{NodeOrToken, SyntaxKind, SyntaxNode, SyntaxToken};

use crate::cell::items;

/// Attributes of a type that change neither its layout nor what it is.
const HARMLESS: [&str; 9] =
    ["allow", "deny", "deprecated", "derive", "doc", "expect", "forbid", "must_use", "warn"];
/// Attributes inside of a type that change what it is.
const CONDITIONS: [&str; 2] = ["cfg", "cfg_attr"];

/// What is defined.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    /// A struct, enum or union, an alias of a type, or a trait.
    Type,
    /// A constant, which may be the length of an array.
    Constant,
    /// A name for something of another place.
    Import,
    /// A function, a static, a macro, or what belongs to a type: a constant, a trait's type.
    Other,
}

/// A named item, or one name of a `use`.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// Its name, with the modules of the cell that it is in.
    pub(crate) path: Vec<String>,
    /// Tells what belongs to several types or traits apart; empty for everything else.
    pub(crate) owner: String,
    pub(crate) kind: Kind,
    /// Its tokens, without what changes nothing: comments, documentation, visibility. Of an
    /// import, the path that it stands for.
    pub(crate) text: String,
    /// The paths that it names, as they are written.
    pub(crate) uses: BTreeSet<Vec<String>>,
}

/// Where something is defined, and for which type.
pub(crate) type Key = (Vec<String>, String);

impl Definition {
    /// Nothing else has the same.
    pub(crate) fn key(&self) -> Key {
        (self.path.clone(), self.owner.clone())
    }

    /// Whether its name is one outside of all modules.
    pub(crate) fn is_top_level(&self) -> bool {
        self.module().is_empty() && self.owner.is_empty()
    }

    pub(crate) fn module(&self) -> &[String] {
        self.path.split_last().map_or(&[], |(_, module)| module)
    }
}

/// What a cell defines, and the modules whose names it brings in with a `*`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Found {
    pub(crate) definitions: Vec<Definition>,
    pub(crate) globs: Vec<Vec<String>>,
    /// The modules that it defines: what was in one of the same name is gone.
    pub(crate) modules: Vec<Vec<String>>,
}

/// Whether the code may change what the name of a type means.
///
/// ```
/// use bootcamp_syntax::definition::names_types;
///
/// assert!(names_types("pub struct A;") && names_types("use x::A;"));
/// assert!(!names_types("let user = type_name(); // struct A"));
/// ```
#[must_use]
pub fn names_types(cell: &str) -> bool {
    const WORDS: [&str; 9] =
        ["struct", "enum", "union", "type", "trait", "mod", "use", "extern", "macro_rules"];
    crate::token::has_word(cell, &WORDS)
}

/// Reads a cell.
pub(crate) fn find(cell: &str) -> Found {
    let mut found = Found::default();
    for item in items(cell) {
        found.read(&item, &[]);
    }
    found
}

impl Found {
    fn read(&mut self, item: &ast::Item, module: &[String]) {
        match item {
            ast::Item::Struct(of) => self.add(of.name(), Kind::Type, item, module),
            ast::Item::Enum(of) => self.add(of.name(), Kind::Type, item, module),
            ast::Item::Union(of) => self.add(of.name(), Kind::Type, item, module),
            ast::Item::TypeAlias(of) => self.add(of.name(), Kind::Type, item, module),
            ast::Item::Trait(of) => self.add(of.name(), Kind::Type, item, module),
            ast::Item::Const(of) => self.add(of.name(), Kind::Constant, item, module),
            ast::Item::Fn(of) => self.add(of.name(), Kind::Other, item, module),
            ast::Item::Static(of) => self.add(of.name(), Kind::Other, item, module),
            ast::Item::MacroRules(of) => self.add(of.name(), Kind::Other, item, module),
            ast::Item::MacroDef(of) => self.add(of.name(), Kind::Other, item, module),
            ast::Item::Module(of) => {
                let Some(name) = of.name() else { return };
                let path = joined(module, &text_of(name.syntax()));
                let items = of.item_list().into_iter().flat_map(|list| {
                    list.syntax().children().filter_map(ast::Item::cast).collect::<Vec<_>>()
                });
                for item in items {
                    self.read(&item, &path);
                }
                self.modules.push(path);
            }
            ast::Item::Use(of) => {
                if let Some(tree) = of.use_tree() {
                    self.read_import(&tree, &[], module);
                }
            }
            // A macro of the module's own may define anything.
            ast::Item::MacroCall(_) => {
                let Some((name, outer)) = module.split_last() else { return };
                let definition = definition(joined(outer, name), Kind::Type, item.syntax());
                self.definitions.push(definition);
            }
            ast::Item::Impl(of) => self.read_impl(of, module),
            _ => {}
        }
    }

    fn add(&mut self, name: Option<ast::Name>, kind: Kind, item: &ast::Item, module: &[String]) {
        let Some(name) = name else { return };
        let mut definition =
            definition(joined(module, &text_of(name.syntax())), kind, item.syntax());
        // Its own parameters mean nothing outside.
        if let Some(generic) = ast::AnyHasGenericParams::cast(item.syntax().clone()) {
            let parameters = generic.generic_param_list().into_iter();
            for parameter in parameters.flat_map(|list| list.type_or_const_params()) {
                if let Some(name) = parameter.name() {
                    let name = text_of(name.syntax());
                    definition.uses.retain(|path| path.first() != Some(&name));
                }
            }
        }
        self.definitions.push(definition);
    }

    /// The types and constants that belong to a type: other types may be made of them.
    fn read_impl(&mut self, of: &ast::Impl, module: &[String]) {
        let last = |of: ast::Type| match of {
            ast::Type::PathType(of) => of.path().and_then(|path| segments(&path).pop()),
            _ => None,
        };
        let owner = of.self_ty().map(|of| text_of(of.syntax())).unwrap_or_default();
        let type_name = of.self_ty().and_then(last);
        let trait_name = of.trait_().and_then(last);
        for item in of.assoc_item_list().into_iter().flat_map(|list| list.assoc_items()) {
            let name = match &item {
                ast::AssocItem::TypeAlias(item) => item.name(),
                ast::AssocItem::Const(item) => item.name(),
                _ => None,
            };
            let Some(name) = name.map(|name| text_of(name.syntax())) else { continue };
            let mut add = |path, owner: &str| {
                let mut definition = definition(path, Kind::Other, item.syntax());
                owner.clone_into(&mut definition.owner);
                self.definitions.push(definition);
            };
            // `S::N`, and `<S as Trait>::N`, which names the trait. Different types have their own.
            if let Some(type_name) = &type_name {
                let of_trait = trait_name.as_deref().unwrap_or_default();
                add(joined(&joined(module, type_name), &name), of_trait);
            }
            if let Some(trait_name) = &trait_name {
                add(joined(module, trait_name), &format!("{owner}::{name}"));
            }
        }
    }

    fn read_import(&mut self, tree: &ast::UseTree, before: &[String], module: &[String]) {
        let own = tree.path().map(|path| segments(&path)).unwrap_or_default();
        let path: Vec<String> = before.iter().cloned().chain(own).collect();
        if let Some(list) = tree.use_tree_list() {
            list.use_trees().for_each(|tree| self.read_import(&tree, &path, module));
        } else if tree.star_token().is_some() {
            self.globs.push(path);
        } else {
            let path: Vec<String> = path.into_iter().filter(|name| name != "self").collect();
            let renamed = tree.rename().and_then(|rename| rename.name());
            let name = renamed.map(|name| text_of(name.syntax())).or_else(|| path.last().cloned());
            let Some(name) = name else { return };
            self.definitions.push(Definition {
                path: joined(module, &name),
                owner: String::new(),
                kind: Kind::Import,
                text: path.join("::"),
                uses: BTreeSet::from([path]),
            });
        }
    }
}

fn definition(path: Vec<String>, kind: Kind, node: &SyntaxNode) -> Definition {
    let (text, uses) = (text_without_trivia(node), uses(node));
    Definition { path, owner: String::new(), kind, text, uses }
}

fn joined(module: &[String], name: &str) -> Vec<String> {
    module.iter().map(String::as_str).chain([name]).map(str::to_owned).collect()
}

fn text_of(node: &SyntaxNode) -> String {
    node.text().to_string()
}

/// The tokens of an item that say what it is.
fn text_without_trivia(item: &SyntaxNode) -> String {
    let is_left_out = |token: &SyntaxToken| {
        token.kind().is_trivia()
            || token.parent_ancestors().any(|node| {
                ast::Visibility::can_cast(node.kind())
                    || ast::Attr::cast(node).is_some_and(|attribute| is_harmless(&attribute, item))
            })
    };
    let tokens = item.descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let texts = tokens.filter(|token| !is_left_out(token)).map(|token| token.text().to_owned());
    texts.collect::<Vec<_>>().join(" ")
}

fn is_harmless(attribute: &ast::Attr, item: &SyntaxNode) -> bool {
    let tokens = attribute.syntax().descendants_with_tokens().filter_map(NodeOrToken::into_token);
    let names = tokens.map(|token| token.text().to_owned());
    let is_name = |text: &String| text.starts_with(char::is_alphabetic) && text != "unsafe";
    let name = names.into_iter().find(is_name).unwrap_or_default();
    let is_outer = attribute.syntax().parent().as_ref() == Some(item);
    if is_outer { HARMLESS.contains(&&*name) } else { !CONDITIONS.contains(&&*name) }
}

/// The paths that an item names. What a macro is given may be anything: each of its words
/// counts. What the methods of a trait do says nothing of what the trait is.
fn uses(item: &SyntaxNode) -> BTreeSet<Vec<String>> {
    let mut found = BTreeSet::new();
    let methods = ast::Trait::cast(item.clone()).and_then(|of| of.assoc_item_list());
    let methods = methods.into_iter().flat_map(|list| list.assoc_items());
    let bodies: Vec<_> = methods
        .filter_map(|item| match item {
            ast::AssocItem::Fn(method) => Some(method.body()?.syntax().text_range()),
            _ => None,
        })
        .collect();
    for element in item.descendants_with_tokens() {
        if bodies.iter().any(|body| body.contains_range(element.text_range())) {
            continue;
        }
        match element {
            NodeOrToken::Node(node) => {
                if let Some(path) = ast::Path::cast(node)
                    && path.parent_path().is_none()
                {
                    found.insert(segments(&path));
                }
            }
            NodeOrToken::Token(token) => {
                let in_macro =
                    || token.parent().is_some_and(|node| ast::TokenTree::can_cast(node.kind()));
                if token.kind() == SyntaxKind::IDENT && in_macro() {
                    found.insert(vec![token.text().to_owned()]);
                }
            }
        }
    }
    found
}

fn segments(path: &ast::Path) -> Vec<String> {
    let names = path.segments().filter_map(|segment| segment.name_ref());
    names.map(|name| text_of(name.syntax())).collect()
}

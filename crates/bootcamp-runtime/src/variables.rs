//! What is seen of a variable without changing it: what `%whos` shows.
//!
//! [`variables!`](crate::variables!) looks at each variable through a [`Probe`], whose methods
//! exist for types of all kinds: those of [`ByDebug`] and [`ByExtent`] where a type can do that,
//! those of [`WithoutDebug`] and [`WithoutExtent`], one reference further away, where it cannot.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, VecDeque};
use std::fmt::{self, Debug, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use bootcamp_cell::display;
use bootcamp_protocol::Bundle;
use bootcamp_protocol::variables::MIME_TYPE;

pub use bootcamp_protocol::variables::Variable;

/// How many characters a preview has at most.
const LONGEST_PREVIEW: usize = 60;

/// What is known of some variables, by their names. They are only looked at.
///
/// ```
/// struct Opaque;
///
/// let walk = vec![0.5; 1000];
/// let unknown = Opaque;
/// let [of_walk, of_unknown] = &bootcamp_runtime::variables!(walk, unknown)[..] else { panic!() };
/// assert_eq!((&of_walk.name[..], of_walk.size), ("walk", size_of::<Vec<f64>>()));
/// assert_eq!((of_walk.length, of_walk.heap), (Some(1000), Some(8000)));
/// assert!(of_walk.preview.starts_with("[0.5, 0.5, ") && of_walk.preview.ends_with('…'));
/// assert_eq!((&of_unknown.preview[..], of_unknown.length), ("-", None));
/// assert_eq!(walk.len(), 1000);
/// ```
#[macro_export]
macro_rules! variables {
    ($($name:ident),* $(,)?) => {
        ::std::vec![$({
            #[allow(unused_imports)]
            use $crate::variables::{ByDebug as _, ByExtent as _, WithoutDebug as _, WithoutExtent as _};
            let probe = $crate::variables::Probe(&$name);
            let (length, heap) = (&probe).extent();
            $crate::variables::Variable {
                name: ::std::stringify!($name).trim_start_matches("r#").to_owned(),
                size: probe.size(),
                length,
                heap,
                preview: (&probe).preview(),
            }
        }),*]
    };
}

/// Tells the kernel of variables; the kernel shows the table.
///
/// ```
/// let steps = 5;
/// bootcamp_runtime::variables::publish(&bootcamp_runtime::variables!(steps));
/// # assert!(!bootcamp_cell::channel::is_open());
/// ```
pub fn publish(variables: &[Variable]) {
    display(&Bundle::new().json(MIME_TYPE, json!(variables)));
}

/// A look at a variable.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

impl<T> Probe<'_, T> {
    /// The bytes of the variable itself.
    ///
    /// ```
    /// assert_eq!(bootcamp_runtime::variables::Probe(&"text").size(), 2 * size_of::<usize>());
    /// ```
    #[must_use]
    pub fn size(&self) -> usize {
        size_of::<T>()
    }
}

/// The preview of a type that has a debug format.
pub trait ByDebug {
    /// The begin of the debug format, in a line.
    fn preview(&self) -> String;
}

impl<T: Debug> ByDebug for Probe<'_, T> {
    fn preview(&self) -> String {
        preview(self.0)
    }
}

/// The preview of any other type.
pub trait WithoutDebug {
    /// A dash.
    fn preview(&self) -> String;
}

impl<T> WithoutDebug for &Probe<'_, T> {
    fn preview(&self) -> String {
        "-".to_owned()
    }
}

/// A number of elements, and of allocated bytes.
pub type Extent = (Option<usize>, Option<usize>);

/// The extent of a collection.
pub trait ByExtent {
    /// How many elements it has, and how many bytes it has allocated.
    fn extent(&self) -> Extent;
}

impl<T: Collection> ByExtent for Probe<'_, T> {
    fn extent(&self) -> Extent {
        self.0.extent()
    }
}

/// The extent of any other type.
pub trait WithoutExtent {
    /// Nothing is known.
    fn extent(&self) -> Extent;
}

impl<T> WithoutExtent for &Probe<'_, T> {
    fn extent(&self) -> Extent {
        (None, None)
    }
}

/// A type of the standard library that has elements, or its value elsewhere.
pub trait Collection {
    /// How many elements it has, and how many bytes it has allocated.
    ///
    /// ```
    /// use bootcamp_runtime::variables::Collection as _;
    ///
    /// assert_eq!(String::from("four").extent(), (Some(4), Some(4)));
    /// assert_eq!([1.0; 3].extent(), (Some(3), None));
    /// assert_eq!(Box::new(1.0).extent(), (None, Some(8)));
    /// ```
    fn extent(&self) -> Extent;
}

macro_rules! collections {
    ($(($($parameter:ident),*) $kind:ty: $value:ident => $length:expr, $heap:expr;)+) => {
        $(impl<$($parameter),*> Collection for $kind {
            fn extent(&self) -> Extent {
                let $value = self;
                ($length, $heap)
            }
        })+
    };
}

collections! {
    () String: all => Some(all.len()), Some(all.capacity());
    () &str: all => Some(all.len()), None;
    (T) &[T]: all => Some(all.len()), None;
    (T) Box<T>: all => None, Some(size_of_val(&**all));
    (T) Box<[T]>: all => Some(all.len()), Some(size_of_val(&**all));
    (T) Vec<T>: all => Some(all.len()), Some(all.capacity() * size_of::<T>());
    (T) VecDeque<T>: all => Some(all.len()), Some(all.capacity() * size_of::<T>());
    (T) BinaryHeap<T>: all => Some(all.len()), Some(all.capacity() * size_of::<T>());
    // A table has a byte more for each place; how many places are empty is not told.
    (K, V, S) HashMap<K, V, S>: all => Some(all.len()), Some(all.capacity() * (size_of::<(K, V)>() + 1));
    (K, S) HashSet<K, S>: all => Some(all.len()), Some(all.capacity() * (size_of::<K>() + 1));
    // How full its nodes are is not told.
    (K, V) BTreeMap<K, V>: all => Some(all.len()), Some(all.len() * size_of::<(K, V)>());
    (K) BTreeSet<K>: all => Some(all.len()), Some(all.len() * size_of::<K>());
}

impl<T, const N: usize> Collection for [T; N] {
    fn extent(&self) -> Extent {
        (Some(N), None)
    }
}

/// The begin of a value's debug format.
fn preview(value: &dyn Debug) -> String {
    let mut begin = Begin { text: String::new(), left: LONGEST_PREVIEW };
    // A debug format of somebody's own may panic, and that is no reason to show no table.
    let written = catch_unwind(AssertUnwindSafe(|| write!(begin, "{value:?}")));
    match written {
        Ok(Ok(())) => begin.text,
        Ok(Err(_)) => begin.text + "…",
        Err(_) => "(its Debug panics)".to_owned(),
    }
}

/// Takes the begin of a text; then refuses more, so that a long value is not written to its end.
struct Begin {
    text: String,
    left: usize,
}

impl fmt::Write for Begin {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(if c.is_control() { ' ' } else { c });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[test]
    fn a_long_value_is_not_written_to_its_end() {
        struct Counted<'a>(&'a Cell<usize>);
        impl Debug for Counted<'_> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.set(self.0.get() + 1);
                formatter.write_str("0123456789")
            }
        }
        let count = Cell::new(0);
        let many: Vec<Counted<'_>> = (0..1000).map(|_| Counted(&count)).collect();
        let text = preview(&many);
        assert_eq!(text.chars().count(), LONGEST_PREVIEW + 1);
        assert!(count.get() <= 7, "{}", count.get());
    }

    #[test]
    fn a_preview_is_a_line() {
        assert_eq!(preview(&Some("a\nb")), "Some(\"a\\nb\")");
        assert_eq!(preview(&format_args!("a\nb")), "a b");
        assert_eq!(preview(&"é".repeat(58)), format!("\"{}\"", "é".repeat(58)));
    }

    #[test]
    fn types_of_all_kinds_are_looked_at() {
        struct Opaque;
        let text = "four";
        let map = HashMap::from([(1_u8, 2_u8)]);
        let many: Vec<Opaque> = vec![Opaque, Opaque];
        let r#type = Some(1.5);
        let all = crate::variables!(text, map, many, r#type);
        let seen: Vec<_> =
            all.iter().map(|one| (&one.name[..], one.length, &one.preview[..])).collect();
        assert_eq!(
            seen,
            [
                ("text", Some(4), "\"four\""),
                ("map", Some(1), "{1: 2}"),
                ("many", Some(2), "-"),
                ("type", None, "Some(1.5)")
            ]
        );
    }
}

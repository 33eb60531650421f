//! Where a cell's variables live between cells.
//!
//! The code that evcxr generates for a cell carries the source of such a store and
//! compiles it again each time. The bootcamp kernel puts this one in its place. What
//! depends on the type of a variable is a read or a write of its bytes; everything else is
//! compiled once, here: a cell's variables are a third of what its compiler has to do.
//!
//! The names of the functions are evcxr's, because its generated code calls them.

use std::alloc::Layout;
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;

use bootcamp_protocol::evcxr;

use crate::slot::{Kind, Slot};

/// A cell prints this and a name when the type of a variable is another one now.
pub const VARIABLE_CHANGED_TYPE: &str = evcxr::VARIABLE_CHANGED_TYPE;
/// A cell prints this when a `?` at its top level failed.
pub const USER_ERROR_OCCURRED: &str = evcxr::USER_ERROR_OCCURRED;

/// The variables by name.
///
/// ```
/// use bootcamp_runtime::store::VariableStore;
///
/// let mut store = VariableStore::new();
/// store.put_variable("x", 41);
/// assert!(store.check_variable::<i32>("x"));
/// assert_eq!(store.take_variable::<i32>("x") + 1, 42);
/// ```
#[derive(Default)]
pub struct VariableStore {
    slots: HashMap<String, Slot>,
}

impl VariableStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a value; one of the same name is dropped.
    #[inline]
    pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        let place = self.place_for(name, Kind::of::<T>());
        // SAFETY: the place is empty memory of T's layout, and is taken for full.
        unsafe { place.cast::<T>().write(value) }
    }

    /// Whether there is a variable of this name and type; says so where evcxr reads it if not.
    #[inline]
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        self.has_type(name, TypeId::of::<T>(), Layout::new::<T>())
    }

    /// Gives a variable away.
    ///
    /// # Panics
    /// If there is none of this name and type.
    #[inline]
    pub fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        let place = self.emptied(name, TypeId::of::<T>(), Layout::new::<T>());
        // SAFETY: the place held a value of type T, and is now taken for empty.
        unsafe { place.cast::<T>().read() }
    }

    /// Drops a variable, if there is one, whose type means something else from now on, and
    /// says so if there is something to say. The code of its own type drops it: nothing here
    /// reads its bytes.
    ///
    /// ```
    /// use bootcamp_runtime::store::VariableStore;
    ///
    /// let mut store = VariableStore::new();
    /// let value = std::rc::Rc::new(1);
    /// store.put_variable("x", std::rc::Rc::clone(&value));
    /// store.drop_variable("x", "`x` is lost");
    /// store.drop_variable("x", "`x` is lost");
    /// assert_eq!(std::rc::Rc::strong_count(&value), 1);
    /// ```
    #[expect(clippy::print_stderr, reason = "a person reads this line")]
    pub fn drop_variable(&mut self, name: &str, notice: &str) {
        let Some(slot) = self.slots.remove(name) else { return };
        if slot.is_full() && !notice.is_empty() {
            eprintln!("{notice}");
        }
        // A destructor that panics is told by the panic hook, and ends nothing here.
        let _ = panic::catch_unwind(AssertUnwindSafe(|| drop(slot)));
    }

    /// Says to evcxr that a variable is lost; false, as of a check that failed. evcxr
    /// compiles the cell once more, without the variable.
    ///
    /// ```
    /// use bootcamp_runtime::store::VariableStore;
    ///
    /// assert!(!VariableStore::new().report_lost("x"));
    /// ```
    #[expect(clippy::print_stdout, reason = "evcxr reads this line")]
    #[must_use]
    pub fn report_lost(&self, name: &str) -> bool {
        println!("{VARIABLE_CHANGED_TYPE}{name}");
        false
    }

    /// The shared value of this name; the first call creates it.
    ///
    /// One of another type stays alive and is forgotten: it is of a dependency's other
    /// build, whose threads may still work.
    ///
    /// ```
    /// use bootcamp_runtime::store::VariableStore;
    ///
    /// let mut store = VariableStore::new();
    /// let number = store.lazy_arc("shared", || 42);
    /// assert_eq!(*store.lazy_arc("shared", || 43), 42);
    /// assert_eq!(store.lazy_arc("shared", || "another").len(), 7);
    /// assert_eq!(std::sync::Arc::strong_count(&number), 2);
    /// ```
    pub fn lazy_arc<T: 'static, F: FnOnce() -> T>(&mut self, name: &str, create: F) -> Arc<T> {
        let kind = Kind::of::<Arc<T>>();
        match self.slots.get(name) {
            Some(slot) if slot.holds(kind.id, kind.layout) => {}
            found => {
                if found.is_some() {
                    mem::forget(self.slots.remove(name));
                }
                self.put_variable(name, Arc::new(create()));
            }
        }
        let value = self.take_variable::<Arc<T>>(name);
        self.put_variable(name, Arc::clone(&value));
        value
    }

    /// The shared value of this name, where it is kept.
    ///
    /// # Panics
    /// If there is none of this name and type.
    ///
    /// ```
    /// use bootcamp_runtime::store::VariableStore;
    ///
    /// let mut store = VariableStore::new();
    /// drop(store.lazy_arc("answer", || 42));
    /// assert_eq!(*store.shared::<i32>("answer"), 42);
    /// ```
    #[must_use]
    #[expect(clippy::cast_ptr_alignment, reason = "a place has the layout of its type")]
    pub fn shared<T: 'static>(&self, name: &str) -> &T {
        let place = self.place_of(name, TypeId::of::<Arc<T>>(), Layout::new::<Arc<T>>());
        // SAFETY: the place holds a value of type Arc<T>; taking or replacing it needs the
        // store for itself, which it is not while the reference lives.
        unsafe { &*place.cast::<Arc<T>>() }
    }

    /// Takes all variables of another store.
    pub fn merge(&mut self, mut other: Self) {
        self.slots.extend(other.slots.drain());
    }

    /// Memory for a value, taken for full from now on.
    #[inline(never)]
    fn place_for(&mut self, name: &str, kind: Kind) -> *mut u8 {
        if let Some(slot) = self.slots.get_mut(name)
            && slot.is_for(kind.id, kind.layout)
        {
            slot.refill(kind);
            return slot.place();
        }
        // Its destructor may panic: then the variable is gone.
        drop(self.slots.remove(name));
        let slot = Slot::new(kind);
        let place = slot.place();
        self.slots.insert(name.to_owned(), slot);
        place
    }

    /// The place of a value that is its caller's now.
    #[inline(never)]
    fn emptied(&mut self, name: &str, id: TypeId, layout: Layout) -> *mut u8 {
        match self.slots.get_mut(name).filter(|slot| slot.is_full()) {
            Some(slot) if slot.is_for(id, layout) => {
                slot.give_away();
                slot.place()
            }
            Some(_) => panic!("Variable '{name}' changed type"),
            None => panic!("Variable '{name}' has gone missing"),
        }
    }

    /// The place of a value that stays.
    #[inline(never)]
    fn place_of(&self, name: &str, id: TypeId, layout: Layout) -> *const u8 {
        match self.slots.get(name) {
            Some(slot) if slot.holds(id, layout) => slot.place(),
            _ => panic!("Variable '{name}' has gone missing"),
        }
    }

    #[inline(never)]
    #[expect(clippy::print_stderr, reason = "a person reads this line")]
    fn has_type(&self, name: &str, id: TypeId, layout: Layout) -> bool {
        let slot = self.slots.get(name).filter(|slot| slot.is_full());
        // A type that is defined anew keeps its id; another layout gives it away.
        if slot.is_some_and(|slot| slot.is_for(id, layout)) {
            return true;
        }
        // A variable that is missing has not run its cell here: this is one engine of many.
        if slot.is_some() {
            eprintln!("The variable `{name}` is lost: the name of its type means another one now.");
        }
        self.report_lost(name)
    }
}

impl fmt::Debug for VariableStore {
    /// The names: nothing is known of the values.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let full = self.slots.iter().filter(|(_, slot)| slot.is_full());
        formatter.debug_set().entries(full.map(|(name, _)| name)).finish()
    }
}

/// A store for the first cell; it lives as long as the process.
#[must_use]
pub fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_destructor_that_panics_leaves_no_variable() {
        struct Bomb;
        impl Drop for Bomb {
            fn drop(&mut self) {
                panic!("no");
            }
        }
        let mut store = VariableStore::new();
        store.put_variable("x", Bomb);
        let put = AssertUnwindSafe(|| store.put_variable("x", "another type".to_owned()));
        assert!(panic::catch_unwind(put).is_err());
        assert!(!store.check_variable::<String>("x"));
        store.put_variable("x", "once more".to_owned());
        assert_eq!(store.take_variable::<String>("x"), "once more");
    }
}

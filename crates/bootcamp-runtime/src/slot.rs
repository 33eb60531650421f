//! The place of one variable: its memory, and what is known of its type.

use std::alloc::{Layout, alloc, dealloc, handle_alloc_error};
use std::any::TypeId;
use std::ptr::{self, NonNull};

/// The place of one variable. It stays when the value is taken: most cells put it back.
pub(crate) struct Slot {
    kind: Kind,
    /// Memory of the kind's layout.
    data: NonNull<u8>,
    /// Whether there is a value of the kind's type in it.
    full: bool,
}

/// A type, as the store knows it.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub(crate) id: TypeId,
    pub(crate) layout: Layout,
    drop: unsafe fn(*mut u8),
}

impl Kind {
    #[inline]
    pub(crate) fn of<T: 'static>() -> Self {
        unsafe fn drop_value<T>(data: *mut u8) {
            // SAFETY: the store calls this with the place of a value of this type.
            unsafe { ptr::drop_in_place(data.cast::<T>()) }
        }
        Self { id: TypeId::of::<T>(), layout: Layout::new::<T>(), drop: drop_value::<T> }
    }
}

impl Slot {
    /// A place for a value of this kind, taken for full from now on.
    pub(crate) fn new(kind: Kind) -> Self {
        Self { kind, data: memory(kind.layout), full: true }
    }

    /// Where the value is.
    pub(crate) fn place(&self) -> *mut u8 {
        self.data.as_ptr()
    }

    /// Whether a value of this type fits.
    pub(crate) fn is_for(&self, id: TypeId, layout: Layout) -> bool {
        self.kind.id == id && self.kind.layout == layout
    }

    /// Whether there is a value of this type.
    pub(crate) fn holds(&self, id: TypeId, layout: Layout) -> bool {
        self.full && self.is_for(id, layout)
    }

    /// Whether there is a value.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// Drops what is there, and takes the place for full of a value that fits.
    pub(crate) fn refill(&mut self, kind: Kind) {
        self.clear();
        // The library that the older code is in may have been built otherwise.
        self.kind = kind;
        self.full = true;
    }

    /// Takes the place for empty: its value is the caller's.
    pub(crate) fn give_away(&mut self) {
        self.full = false;
    }

    fn clear(&mut self) {
        if self.full {
            // A destructor that panics must not be called again.
            self.full = false;
            // SAFETY: the place holds a value of the kind's type.
            unsafe { (self.kind.drop)(self.data.as_ptr()) }
        }
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.clear();
        if self.kind.layout.size() > 0 {
            // SAFETY: `memory` gave it for this layout, and only this slot has it.
            unsafe { dealloc(self.data.as_ptr(), self.kind.layout) }
        }
    }
}

fn memory(layout: Layout) -> NonNull<u8> {
    if layout.size() == 0 {
        // A value without bytes is anywhere that is aligned for it.
        return NonNull::new(ptr::without_provenance_mut(layout.align()))
            .unwrap_or(NonNull::dangling());
    }
    // SAFETY: the layout has a size.
    NonNull::new(unsafe { alloc(layout) }).unwrap_or_else(|| handle_alloc_error(layout))
}

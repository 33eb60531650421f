//! Libraries of cells, as the system's loader knows them.

use std::ffi::{CStr, OsStr, c_void};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
#[cfg(all(feature = "kernel", target_os = "linux"))]
use std::ptr;

/// What the loader knows of an address.
fn library_of(address: *const c_void) -> Option<libc::Dl_info> {
    let mut found = MaybeUninit::<libc::Dl_info>::zeroed();
    // SAFETY: dladdr fills the structure, for which zeros are valid, too, and takes any address.
    unsafe { (libc::dladdr(address, found.as_mut_ptr()) != 0).then(|| found.assume_init()) }
}

/// The library that holds an address, and how far in.
pub(super) fn place(address: *const c_void) -> Option<(PathBuf, usize)> {
    let found = library_of(address).filter(|found| !found.dli_fname.is_null())?;
    // SAFETY: the loader's own text, which lives as long as the library.
    let name = unsafe { CStr::from_ptr(found.dli_fname) };
    let library = Path::new(OsStr::from_bytes(name.to_bytes()));
    Some((library.to_owned(), address as usize - found.dli_fbase as usize))
}

/// Loads a library, which stays, and gives the address that is so far in.
///
/// # Errors
/// If it cannot be loaded, or does not go as far.
#[cfg(all(feature = "kernel", target_os = "linux"))]
pub(super) fn find(library: &Path, offset: usize) -> Result<*const c_void, String> {
    let start = load(library)?;
    let address = start.wrapping_byte_add(offset);
    let found = library_of(address).filter(|found| ptr::eq(found.dli_fbase, start));
    found.map(|_| address).ok_or_else(|| "the function is not in its library".to_owned())
}

/// Where a library begins. It stays loaded.
#[cfg(all(feature = "kernel", target_os = "linux"))]
fn load(library: &Path) -> Result<*const c_void, String> {
    let name = std::ffi::CString::new(library.as_os_str().as_bytes());
    let name = name.map_err(|error| error.to_string())?;
    // SAFETY: a library of the user's cells, whose code is the user's to run.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
    if handle.is_null() {
        // SAFETY: after a failure there is a text, which lives until the next call.
        let why = unsafe { CStr::from_ptr(libc::dlerror()) };
        return Err(why.to_string_lossy().into_owned());
    }
    let mut map: *const LinkMap = ptr::null();
    // SAFETY: the handle is valid, and the call writes a pointer of this kind, which is valid
    // for as long as the library is loaded.
    let dynamic = unsafe {
        let result = libc::dlinfo(handle, libc::RTLD_DI_LINKMAP, (&raw mut map).cast());
        if result == 0 { map.as_ref().map(|map| map.dynamic) } else { None }
    };
    let found = dynamic.and_then(library_of);
    let found = found.ok_or("the loader does not say where the library is")?;
    Ok(found.dli_fbase)
}

/// Elsewhere engines are started by nobody yet.
#[cfg(all(feature = "kernel", not(target_os = "linux")))]
pub(super) fn find(_: &Path, _: usize) -> Result<*const c_void, String> {
    Err("functions are run on engines of Linux only".to_owned())
}

/// The beginning of the loader's `struct link_map`.
#[cfg(all(feature = "kernel", target_os = "linux"))]
#[repr(C)]
struct LinkMap {
    _address: usize,
    _name: *const std::ffi::c_char,
    /// A place in the library.
    dynamic: *const c_void,
}

//! Operations on whole files and folders.

use std::path::Path;
use std::{fs, io};

use crate::error::Error;

/// Copies a file, or a folder with everything in it. The copies keep the times of the files, by
/// which cargo knows that nothing changed, and can be written to. The folder above the copy has to
/// exist: if it is removed, the copying ends.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    if !from.is_dir() {
        let copy = || {
            let mut source = fs::File::open(from)?;
            let modified = source.metadata()?.modified()?;
            let mut target = fs::File::create(to)?;
            io::copy(&mut source, &mut target)?;
            target.set_modified(modified)?;
            target.set_permissions(writable(&source.metadata()?))
        };
        return copy().map_err(Error::file("write", to));
    }
    fs::create_dir(to).map_err(Error::file("create the folder", to))?;
    for entry in fs::read_dir(from).map_err(Error::file("read", from))? {
        let entry = entry.map_err(Error::file("read", from))?;
        copy_folder(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}

/// Returns the content of a file, or `None` if there is no such file.
pub(crate) fn read_if_there(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        content => content.map(Some),
    }
}

/// Returns the same permissions, with the owner's right to read and write added.
fn writable(metadata: &fs::Metadata) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(metadata.permissions().mode() | 0o600)
}

/// Removes a folder that other processes may be about to make anew: from the first moment on, it is not
/// there.
pub(crate) fn remove_at_once(folder: &Path) {
    let mut name = folder.as_os_str().to_owned();
    name.push(format!(".removed-{}", std::process::id()));
    // Whoever has removed it meanwhile has done all that is to be done.
    if fs::rename(folder, &name).is_ok() {
        let _ = fs::remove_dir_all(name);
    }
}

/// Removes a file, or a folder with everything in it. A path that does not exist is no error.
pub(crate) fn remove(path: &Path) -> Result<(), Error> {
    let result = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::file("remove", path)(error))
        }
        _ => Ok(()),
    }
}

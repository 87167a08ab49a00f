//! What a file carries besides its bytes, kept when another takes its place.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Gives a new file or folder the rights, owner, group and extended attributes of the one whose place it takes. Owner and
/// attributes as far as may be: only the superuser can give files away.
///
/// # Errors
/// When the rights cannot be set.
pub fn carry(from: &Path, to: &Path, open: &File) -> io::Result<()> {
    let meta = fs::metadata(from)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, fchown};
        let _ = fchown(open, Some(meta.uid()), Some(meta.gid()));
        for name in xattr::list(from).into_iter().flatten() {
            if let Ok(Some(value)) = xattr::get(from, &name) {
                let _ = xattr::set(to, &name, &value);
            }
        }
    }
    #[cfg(not(unix))]
    let _ = to;
    // Last: giving a file away takes rights from it.
    open.set_permissions(meta.permissions())
}

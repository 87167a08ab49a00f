//! `SHOWTELL_CACHE`.

use std::path::PathBuf;

/// Where the program keeps what it would have to compute again, unless the user names a place.
#[must_use]
pub fn cache_root() -> PathBuf {
    let own = std::env::var_os("SHOWTELL_CACHE").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    own.unwrap_or_else(|| dirs::cache_dir().unwrap_or_else(std::env::temp_dir).join("showtell"))
}

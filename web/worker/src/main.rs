//! The worker: holds the captioner and answers the page. It computes and never draws.

mod device;
mod download;
mod requests;

#[cfg(target_arch = "wasm32")]
#[expect(unsafe_code, reason = "declares the linker's function")]
unsafe extern "C" {
    /// Made by the linker: runs every static constructor of the module.
    fn __wasm_call_ctors();
}

fn main() {
    // Burn's GPU compiler brings static constructors. A module that never calls them itself has
    // the linker wrap every export in a call to all of them, which costs seconds a photo.
    #[cfg(target_arch = "wasm32")]
    #[expect(unsafe_code, reason = "the linker's function; nothing else has run yet")]
    unsafe {
        __wasm_call_ctors();
    }
    console_error_panic_hook::set_once();
    requests::answer();
}

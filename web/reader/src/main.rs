//! The worker that reads the words in pictures, for those that hold any: a program of its own, which nobody downloads
//! who has no such picture.

mod requests;

fn main() {
    console_error_panic_hook::set_once();
    requests::answer();
}

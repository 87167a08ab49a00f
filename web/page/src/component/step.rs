//! From one photo to the next, and back.

use leptos::prelude::*;
use leptos_fluent::tr;

use crate::desk::Desk;

/// Which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stride {
    /// To the photo behind.
    Next,
    /// To the photo before.
    Before,
}

/// Takes a photo's text as it stands and goes to the next photo that waits for a person. To be called where words
/// are at hand.
pub fn go_on(desk: Desk, id: u32) {
    if !desk.accept(id) {
        desk.say(tr!("said-no-text"));
        desk.focus.set(Some(id));
        return;
    }
    match desk.next_open(id) {
        Some(next) => {
            desk.select(next);
            desk.focus.set(Some(next));
        }
        None if desk.tally.with_untracked(|tally| tally.of(crate::desk::Review::Waiting)) > 0 => {
            desk.say(tr!("said-none-yet"));
        }
        None => desk.say(tr!("said-all-reviewed")),
    }
}

/// Shows the photo beside, with the focus in its text.
pub fn step_to(desk: Desk, id: u32, stride: Stride) {
    let step = if stride == Stride::Next { 1 } else { -1 };
    if let Some(next) = desk.listed(id, step) {
        desk.select(next);
        desk.focus.set(Some(next));
    }
}

/// Takes back the last step, and says so. To be called where words are at hand.
pub fn take_back(desk: Desk) {
    if desk.undo.take_back(desk) {
        desk.say(tr!("said-undone"));
        if desk
            .notice
            .with_untracked(|notice| notice.as_ref().is_some_and(crate::desk::Notice::can_be_undone))
        {
            desk.notice.set(None);
        }
    }
}

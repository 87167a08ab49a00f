//! Waiting with an end: for bytes that may never come, and before something is tried again.

use std::time::Duration;

use js_sys::{Array, Function, Promise};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::desk::Trouble;

/// How long a connection may say nothing before it is tried anew.
pub const SILENCE: Duration = Duration::from_secs(20);
/// Pauses before something is tried again; the last for ever.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(30),
    Duration::from_secs(60),
];

/// Waits for a promise, but no longer than a connection may say nothing.
///
/// # Errors
/// [`Trouble::Silent`] when that time is over.
pub async fn within(promise: Promise) -> Result<Result<JsValue, JsValue>, Trouble> {
    let rung = JsValue::from(Array::new());
    let mut timer = None;
    let bell = Promise::new(&mut |resolve, _| {
        let rung = rung.clone();
        // Resolvers take any value.
        let ring = move || drop(resolve.call1(&JsValue::UNDEFINED, &rung));
        timer = set_timeout_with_handle(ring, SILENCE).ok();
    });
    let first = JsFuture::from(Promise::race(&Array::of2(&promise, &bell))).await;
    if let Some(timer) = timer {
        timer.clear();
    }
    match first {
        Ok(value) if value == rung => Err(Trouble::Silent),
        other => Ok(other),
    }
}

/// Pauses that grow, and end early when somebody rings.
#[derive(Debug, Clone, Copy)]
pub struct Pauses {
    taken: StoredValue<usize>,
    bell: StoredValue<Option<Function>, LocalStorage>,
}

impl Pauses {
    /// None taken yet.
    #[must_use]
    pub fn new() -> Self {
        Self { taken: StoredValue::new(0), bell: StoredValue::new_local(None) }
    }

    /// Begins with the shortest again.
    pub fn reset(self) {
        self.taken.set_value(0);
    }

    /// Waits.
    pub async fn next(self) {
        let taken = self.taken.get_value();
        self.taken.set_value(taken + 1);
        let pause = PAUSES[taken.min(PAUSES.len() - 1)];
        let over = Promise::new(&mut |resolve, _| {
            self.bell.set_value(Some(resolve.clone()));
            set_timeout(move || drop(resolve.call0(&JsValue::UNDEFINED)), pause);
        });
        // Never rejected.
        let _ = JsFuture::from(over).await;
        self.bell.set_value(None);
    }

    /// Waits until somebody rings, however long that takes.
    pub async fn asked(self) {
        let over = Promise::new(&mut |resolve, _| self.bell.set_value(Some(resolve)));
        // Never rejected.
        let _ = JsFuture::from(over).await;
        self.bell.set_value(None);
    }

    /// Ends the pause that is being taken.
    pub fn ring(self) {
        if let Some(bell) = self.bell.get_value() {
            // Resolvers take any value.
            let _ = bell.call0(&JsValue::UNDEFINED);
        }
    }
}

impl Default for Pauses {
    fn default() -> Self {
        Self::new()
    }
}

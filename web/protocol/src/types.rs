//! Holds the TypeScript package to the protocol: `web/js/src/protocol.ts` is written from these types.

use std::fs;
use std::path::PathBuf;

use showtell_types::answer::{Answer, Label, Rung};
use showtell_types::caption::{Alternative, Caption, Trust, Word};
use showtell_types::reading::{Line, Reading};
use showtell_types::together::Together;
use ts_rs::{Config, TS};

use crate::protocol::{
    BundleAddress, BundleReport, DeviceChoice, DeviceReason, DeviceReport, Failure, Refusal, Reply, Request,
    Search,
};
use crate::session::{Effect, Event};

const OPENING: &str = "// What a program and the worker say to each other. Written by a test of web/protocol/src/types.rs\n\
                       // from the types of the worker: change those, and run the test.\n";

fn declaration<T: TS>(config: &Config) -> String {
    // Enums of several lines read better with a member a line.
    let body = T::decl(config).replace(" | { \"", "\n  | { \"").replace(" \n", "\n");
    format!("\n{}export {body}\n", T::docs().unwrap_or_default())
}

/// Holds a file of the package to a text: writes it where it differs, and fails once.
pub fn hold(name: &str, text: &str) {
    // As cargo says it now: a build folder may be shared by several clones.
    let path = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../js/src").join(name);
    if fs::read_to_string(&path).ok().as_deref() != Some(text) {
        fs::write(&path, text).unwrap();
        panic!("web/js/src/{name} was not up to date and has been written anew; compile the package with it");
    }
}

fn declarations() -> String {
    let config = Config::new().with_large_int("number");
    let all = [
        declaration::<Request>(&config),
        declaration::<BundleAddress>(&config),
        declaration::<DeviceChoice>(&config),
        declaration::<Search>(&config),
        declaration::<Reply>(&config),
        declaration::<DeviceReport>(&config),
        declaration::<DeviceReason>(&config),
        declaration::<BundleReport>(&config),
        declaration::<Caption>(&config),
        declaration::<Word>(&config),
        declaration::<Alternative>(&config),
        declaration::<Trust>(&config),
        declaration::<Answer>(&config),
        declaration::<Rung>(&config),
        declaration::<Label>(&config),
        declaration::<Reading>(&config),
        declaration::<Line>(&config),
        declaration::<Together>(&config),
        declaration::<Refusal>(&config),
        declaration::<Failure>(&config),
        declaration::<Event>(&config),
        declaration::<Effect>(&config),
    ];
    OPENING.to_owned() + &all.concat()
}

#[test]
fn the_package_speaks_the_protocol_of_the_worker() {
    hold("protocol.ts", &declarations());
}

//! Holds the TypeScript package to the protocol: `web/js/src/protocol.ts` is written from these types.

use std::fs;
use std::path::PathBuf;

use showtell_types::answer::{Answer, Label, Rung};
use showtell_types::caption::{Alternative, Caption, Trust, Word};
use ts_rs::{Config, TS};

use crate::protocol::{
    BundleAddress, BundleReport, DeviceChoice, DeviceReason, DeviceReport, Failure, Refusal, Reply, Request,
    Search,
};

const OPENING: &str = "// What a program and the worker say to each other. Written by a test of web/protocol/src/types.rs\n\
                       // from the types of the worker: change those, and run the test.\n";

fn declaration<T: TS>(config: &Config) -> String {
    // Enums of several lines read better with a member a line.
    let body = T::decl(config).replace(" | { \"", "\n  | { \"").replace(" \n", "\n");
    format!("\n{}export {body}\n", T::docs().unwrap_or_default())
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
        declaration::<Refusal>(&config),
        declaration::<Failure>(&config),
    ];
    OPENING.to_owned() + &all.concat()
}

#[test]
fn the_package_speaks_the_protocol_of_the_worker() {
    // As cargo says it now: a build folder may be shared by several clones.
    let path = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").unwrap()).join("../js/src/protocol.ts");
    let written = declarations();
    if fs::read_to_string(&path).ok().as_deref() != Some(&written) {
        fs::write(&path, written).unwrap();
        panic!(
            "the protocol has changed: web/js/src/protocol.ts was written anew; compile the package with it"
        );
    }
}

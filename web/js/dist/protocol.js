// What a program and the worker say to each other. Written by a test of web/protocol/src/types.rs
// from the types of the worker: change those, and run the test.
export {};

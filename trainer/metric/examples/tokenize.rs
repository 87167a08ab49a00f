//! Tokenises captions, one a line, from stdin to stdout, as the metrics see them.
//!
//! `trainer/metric/tests/data/tokenizer.py` compares this with the Java program that coco-caption runs.

use std::io::{BufWriter, Write, read_to_string, stdin, stdout};

use showtell_metric::tokenizer::Tokenizer;

fn main() -> std::io::Result<()> {
    let tokenizer = Tokenizer::shared();
    let mut out = BufWriter::new(stdout().lock());
    for caption in read_to_string(stdin())?.split_terminator('\n') {
        writeln!(out, "{}", tokenizer.tokenize(caption))?;
    }
    out.flush()
}

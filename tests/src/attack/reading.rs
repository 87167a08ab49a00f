//! What is no file, or has no end, wherever a file is read.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;

use super::{Tally, bundles, run};
use crate::{draw_dataset, root, shipped, showtell};

/// What stands in a file's place.
const ODD: [&str; 5] = ["zero", "random", "pipe", "sparse", "round"];

fn put(kind: &str, place: &Path) {
    use std::os::unix::fs::symlink;
    let _ = fs::remove_file(place);
    match kind {
        "zero" => symlink("/dev/zero", place).unwrap(),
        "random" => symlink("/dev/urandom", place).unwrap(),
        "pipe" => assert!(Command::new("mkfifo").arg(place).status().unwrap().success()),
        "sparse" => fs::File::create(place).unwrap().set_len(8 << 30).unwrap(),
        _ => symlink(place.file_name().unwrap(), place).unwrap(),
    }
}

/// Devices, pipes, files of 8 GB and endless links as a photo, a bundle's files, a page, a table, weights, a data set's
/// photo and captions: refused in two seconds and 400 MB.
pub fn everywhere() -> Tally {
    let mut tally =
        Tally::new("files: /dev/zero, /dev/urandom, pipes, 8 GB, endless links, wherever one is read");
    for kind in ODD {
        let here = TempDir::new().unwrap();
        let at = |name: &str| here.path().join(name);
        let mut tried: Vec<(String, Command)> = Vec::new();
        put(kind, &at("photo.jpg"));
        let mut command = showtell();
        command.arg("caption").arg(at("photo.jpg")).arg("--bundle").arg(shipped());
        tried.push(("photo".to_owned(), command));
        for name in ["README.md", "model.safetensors", "config.json", "SHA256SUMS"] {
            let bundle = at(&format!("bundle-{name}"));
            bundles::copy(&bundle);
            put(kind, &bundle.join(name));
            let mut command = showtell();
            command.arg("verify").arg(&bundle);
            tried.push((name.to_owned(), command));
        }
        fs::create_dir(at("site")).unwrap();
        put(kind, &at("site/page.html"));
        put(kind, &at("site/a.jpg"));
        fs::write(at("site/index.html"), "<img src=a.jpg>").unwrap();
        let mut command = showtell();
        command.current_dir(at("site")).args(["alt", ".", "--check"]);
        tried.push(("page and picture".to_owned(), command));
        put(kind, &at("table.csv"));
        let mut command = showtell();
        command.current_dir(at("site")).args(["alt", "index.html", "--apply", "../table.csv"]);
        tried.push(("table".to_owned(), command));
        for (name, file) in [("data-photo", "Images/000.png"), ("data-captions", "Flickr8k.token.txt")] {
            draw_dataset(&at(name), 4, 2);
            put(kind, &at(name).join(file));
            let mut command = showtell();
            command.arg("prepare").arg("--data").arg(at(name)).arg("--out").arg(at(&format!("{name}-out")));
            tried.push((name.to_owned(), command));
        }
        put(kind, &at("weights.pth"));
        draw_dataset(&at("data"), 4, 2);
        let mut command = showtell();
        command.arg("train").arg("--recipe").arg(root().join("trainer/recipes/toy.toml"));
        command
            .arg("--data")
            .arg(at("data"))
            .arg("--out")
            .arg(at("run"))
            .arg("--weights")
            .arg(at("weights.pth"));
        command.arg("--cache").arg(at("cache"));
        tried.push(("weights".to_owned(), command));
        for (what, mut command) in tried {
            let ran = run(&mut command);
            let taken = ran.succeeded() && what != "page and picture";
            let wrong = taken.then(|| "taken for a file".to_owned());
            tally.count(
                &format!("{kind} as {what}"),
                &ran,
                wrong.or(ran.fault((Duration::from_secs(2), 400_000))),
            );
        }
    }
    tally
}

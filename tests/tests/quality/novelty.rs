//! Pictures unlike the training photos.

use showtell_tests::{json_lines, showtell, stderr, succeed};

use crate::learnt::Learnt;

/// A bundle that knows its photos describes those of their kind as before, and no picture unlike them.
#[test]
fn what_is_unlike_the_training_photos_is_not_described() {
    let learnt = Learnt::new();
    let bundle = learnt.publish("run", "int8");
    let photo = learnt.path("data/Images/000.png");
    // An upright cross in two greys: nothing that the coloured photos have.
    let strange = learnt.path("strange.png");
    let cross = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([if (24..40).contains(&x) || (24..40).contains(&y) { 250 } else { 20 }; 3])
    });
    cross.save(&strange).unwrap();

    let data = |verb: &str| {
        let mut command = showtell();
        command.arg(verb).arg(&bundle).arg("--data").arg(learnt.path("data"));
        command.arg("--cache").arg(learnt.path("data/cache"));
        command
    };
    let trusts = || {
        let mut caption = showtell();
        caption.args(["caption", "--json", "--bundle"]).arg(&bundle).args([&photo, &strange]);
        json_lines(&succeed(&mut caption))
            .into_iter()
            .map(|trusts| trusts["trust"].clone())
            .collect::<Vec<_>>()
    };
    let calibrate = |more: &[&str]| {
        let mut calibrate = data("calibrate");
        // The other rules left out of it.
        calibrate.args(["--split", "train", "--drawings", "1", "--doubt-below", "0", "--unable-below", "0"]);
        succeed(calibrate.args(["--unfamiliar-below", "0"]).args(more))
    };
    let _ = calibrate(&[]);
    assert_eq!(trusts(), ["plain", "plain"]);

    let refused = stderr(&data("novelty").args(["--directions", "12"]).output().unwrap());
    assert!(refused.contains("no more train photos than directions"), "{refused}");
    let done = data("novelty").args(["--directions", "6"]).output().unwrap();
    assert!(String::from_utf8_lossy(&done.stdout).contains("6 directions"), "{done:?}");
    assert!(stderr(&done).contains("run showtell calibrate"), "{}", stderr(&done));
    let _ = calibrate(&["--far", "1", "--too-far", "1"]);
    assert_eq!(trusts(), ["plain", "unable"]);
    let _ = calibrate(&["--far", "0", "--too-far", "1"]);
    assert_eq!(trusts()[1], "unable");
    let crossed = stderr(&data("calibrate").args(["--far", "0.9", "--too-far", "0.5"]).output().unwrap());
    assert!(crossed.contains("must rise from 0 to 1"), "{crossed}");
    let sound = succeed(showtell().arg("verify").arg(&bundle));
    assert!(sound.contains("sound"), "{sound}");
}

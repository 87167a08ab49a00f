//! One way to show a photo to an encoder: as it is, mirrored, through a random window, larger or smaller than usual.

use image::{RgbImage, imageops};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::captions::Mirror;

/// The views that a recipe asks for besides the photo as it is.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ViewRecipe {
    /// The mirror image; left and right are swapped in its captions.
    pub mirrored: bool,
    /// How many random windows of each photo, each mirrored or not by the toss of a coin.
    pub windows: usize,
    /// The smallest window, as a share of the photo's area; windows have the photo's own shape, up
    /// to a tenth wider or narrower.
    pub smallest: f64,
    /// Other sides of the encoder's input, in pixels. The map that comes of each is averaged to the
    /// recipe's own rows and columns.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<usize>,
}

/// One way to show photos.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[serde(tag = "view", rename_all = "kebab-case")]
pub enum View {
    /// As it is.
    #[default]
    Whole,
    /// Left and right exchanged.
    Mirrored,
    /// Through a window drawn for each photo.
    Window {
        /// Another number, other windows.
        seed: u64,
        /// The smallest share of the area.
        smallest: f64,
    },
    /// As it is, at another side of the encoder's input.
    Sized {
        /// In pixels.
        side: usize,
    },
}

impl ViewRecipe {
    /// All views, the photo as it is first.
    #[must_use]
    pub fn views(&self) -> Vec<View> {
        let windows = (1..=self.windows as u64).map(|seed| View::Window { seed, smallest: self.smallest });
        let mirrored = self.mirrored.then_some(View::Mirrored);
        let sides = self.sides.iter().map(|&side| View::Sized { side });
        std::iter::once(View::Whole).chain(mirrored).chain(windows).chain(sides).collect()
    }
}

/// What is drawn for one photo.
struct Draw {
    mirrored: bool,
    /// Share of the area.
    area: f64,
    /// By which the window is wider than the photo's shape.
    aspect: f64,
    /// Where it lies in the room left, from 0 to 1.
    place: [f64; 2],
}

impl View {
    fn draw(self, photo: usize) -> Draw {
        let whole = |mirrored| Draw { mirrored, area: 1.0, aspect: 1.0, place: [0.0; 2] };
        match self {
            Self::Whole | Self::Sized { .. } => whole(false),
            Self::Mirrored => whole(true),
            Self::Window { seed, smallest } => {
                let mut random = ChaCha8Rng::seed_from_u64(seed);
                random.set_stream(photo as u64);
                Draw {
                    mirrored: random.random(),
                    area: random.random_range(smallest..=1.0),
                    aspect: random.random_range(0.9..=1.0 / 0.9),
                    place: random.random(),
                }
            }
        }
    }

    /// Which way round a photo is shown, by its place in the split.
    #[must_use]
    pub fn mirror(self, photo: usize) -> Mirror {
        if self.draw(photo).mirrored { Mirror::Yes } else { Mirror::No }
    }

    /// Shows a photo this way.
    #[must_use]
    pub fn show(self, photo: usize, picture: RgbImage) -> RgbImage {
        let Draw { mirrored, area, aspect, place } = self.draw(photo);
        let picture = if area < 1.0 {
            let (width, height) = picture.dimensions();
            let side = |full: u32, share: f64| ((f64::from(full) * share).round() as u32).clamp(1, full);
            let (across, down) = (side(width, (area * aspect).sqrt()), side(height, (area / aspect).sqrt()));
            let at = |room: u32, place: f64| (f64::from(room) * place).round() as u32;
            let (x, y) = (at(width - across, place[0]), at(height - down, place[1]));
            imageops::crop_imm(&picture, x, y, across, down).to_image()
        } else {
            picture
        };
        if mirrored { imageops::flip_horizontal(&picture) } else { picture }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgb;

    fn picture() -> RgbImage {
        RgbImage::from_fn(40, 20, |x, y| Rgb([x as u8, y as u8, 7]))
    }

    #[test]
    fn the_mirror_image_exchanges_left_and_right() {
        let mirrored = View::Mirrored.show(3, picture());
        assert_eq!(mirrored.dimensions(), (40, 20));
        assert_eq!(
            (mirrored.get_pixel(0, 5), mirrored.get_pixel(39, 5)),
            (&Rgb([39, 5, 7]), &Rgb([0, 5, 7]))
        );
        assert_eq!(View::Whole.show(3, picture()), picture());
        assert_eq!((View::Mirrored.mirror(3), View::Whole.mirror(3)), (Mirror::Yes, Mirror::No));
    }

    #[test]
    fn windows_differ_by_photo_and_seed_and_are_drawn_again_the_same() {
        let view = |seed| View::Window { seed, smallest: 0.5 };
        let mut mirrored = 0;
        for photo in 0..100 {
            let shown = view(1).show(photo, picture());
            assert_eq!(shown, view(1).show(photo, picture()));
            let area = f64::from(shown.width() * shown.height()) / 800.0;
            assert!((0.45..=1.0).contains(&area), "{area}");
            // Red rises by one from column to column, or falls where mirrored.
            let step = i32::from(shown.get_pixel(1, 0)[0]) - i32::from(shown.get_pixel(0, 0)[0]);
            assert_eq!(step, if view(1).mirror(photo) == Mirror::Yes { -1 } else { 1 });
            mirrored += usize::from(step == -1);
        }
        assert!((35..=65).contains(&mirrored), "{mirrored}");
        assert_ne!(view(1).show(0, picture()), view(2).show(0, picture()));
        assert_ne!(view(1).show(0, picture()), view(1).show(1, picture()));
        assert_eq!(View::Window { seed: 1, smallest: 0.5 }.show(0, RgbImage::new(1, 1)).dimensions(), (1, 1));
    }

    #[test]
    fn a_recipe_lists_its_views() {
        let recipe = ViewRecipe { mirrored: true, windows: 2, smallest: 0.6, sides: vec![224, 300] };
        let window = |seed| View::Window { seed, smallest: 0.6 };
        let sized = |side| View::Sized { side };
        assert_eq!(
            recipe.views(),
            [View::Whole, View::Mirrored, window(1), window(2), sized(224), sized(300)]
        );
        assert_eq!(ViewRecipe::default().views(), [View::Whole]);
    }
}

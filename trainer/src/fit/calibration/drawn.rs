//! Pictures unlike photos, drawn: what a captioner trained on photos should decline to describe.

use std::convert::Infallible;

use embedded_graphics::mono_font::ascii::{FONT_6X10, FONT_8X13, FONT_10X20};
use embedded_graphics::mono_font::{MonoFont, MonoTextStyle};
use embedded_graphics::pixelcolor::Rgb888;
use embedded_graphics::prelude::*;
use embedded_graphics::primitives::{Circle, Line, PrimitiveStyle, Rectangle, Sector, StyledDrawable};
use embedded_graphics::text::Text;
use image::{Rgb, RgbImage};
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Lines of dark text on a light page.
    Text,
    /// Bars, lines or a pie, with a title.
    Chart,
    /// A table or a form with ruled boxes and short texts.
    Form,
    /// Independent pixels, in colours or greys.
    Noise,
    /// One colour, or one that turns into another.
    Blank,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Text, Self::Chart, Self::Form, Self::Noise, Self::Blank];

    /// A name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text pages",
            Self::Chart => "charts",
            Self::Form => "tables and forms",
            Self::Noise => "noise",
            Self::Blank => "blank pictures",
        }
    }

    /// Draws one; the same number gives the same picture.
    #[must_use]
    pub fn draw(self, seed: u64) -> RgbImage {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        random.set_stream(self as u64);
        let &(width, height) =
            [(640, 480), (480, 640), (500, 500), (800, 450)].choose(&mut random).unwrap_or(&(640, 480));
        let mut canvas = Canvas(RgbImage::from_pixel(width, height, Rgb(paper(&mut random))));
        match self {
            Self::Text => canvas.text(&mut random),
            Self::Chart => canvas.chart(&mut random),
            Self::Form => canvas.form(&mut random),
            Self::Noise => canvas.noise(&mut random),
            Self::Blank => canvas.blank(&mut random),
        }
        canvas.0
    }
}

/// White, or a light tint.
fn paper(random: &mut impl Rng) -> [u8; 3] {
    if random.random_bool(0.5) { [255; 3] } else { std::array::from_fn(|_| random.random_range(225..=255)) }
}

fn colour(random: &mut impl Rng) -> Rgb888 {
    Rgb888::new(random.random(), random.random(), random.random())
}

fn ink(random: &mut impl Rng) -> Rgb888 {
    let mut dark = || random.random_range(0..70);
    Rgb888::new(dark(), dark(), dark())
}

/// Syllables strung together: text by its looks, in no language.
fn word(random: &mut impl Rng) -> String {
    const SYLLABLES: [&str; 16] =
        ["ta", "ri", "mo", "len", "sa", "ver", "no", "ki", "dal", "pe", "us", "or", "in", "gra", "th", "el"];
    let count = random.random_range(1..=4);
    (0..count).filter_map(|_| SYLLABLES.choose(random).copied()).collect()
}

/// What is drawn on.
struct Canvas(RgbImage);

impl Canvas {
    fn extent(&self) -> (i32, i32) {
        (self.0.width() as i32, self.0.height() as i32)
    }

    fn write(&mut self, text: &str, at: Point, font: &MonoFont<'_>, colour: Rgb888) {
        let Ok(_) = Text::new(text, at, MonoTextStyle::new(font, colour)).draw(self);
    }

    fn fill(&mut self, shape: &impl StyledDrawable<PrimitiveStyle<Rgb888>, Color = Rgb888>, colour: Rgb888) {
        let Ok(_) = shape.draw_styled(&PrimitiveStyle::with_fill(colour), self);
    }

    fn stroke(
        &mut self,
        shape: &impl StyledDrawable<PrimitiveStyle<Rgb888>, Color = Rgb888>,
        colour: Rgb888,
        width: u32,
    ) {
        let Ok(_) = shape.draw_styled(&PrimitiveStyle::with_stroke(colour, width), self);
    }

    fn text(&mut self, random: &mut impl Rng) {
        let (width, height) = self.extent();
        let font = [&FONT_6X10, &FONT_8X13, &FONT_10X20].choose(random).copied().unwrap_or(&FONT_8X13);
        let (step, colour) = (font.character_size.height as i32 * 3 / 2, ink(random));
        let letters = (width - 40) / font.character_size.width as i32;
        let mut y = 20 + step;
        while y < height - 20 {
            let mut line = String::new();
            // Some lines end a paragraph.
            let full = if random.random_bool(0.15) { letters / 3 } else { letters - 6 };
            while (line.len() as i32) < full {
                line.push_str(&word(random));
                line.push(' ');
            }
            self.write(&line, Point::new(20, y), font, colour);
            y += step;
        }
    }

    fn chart(&mut self, random: &mut impl Rng) {
        let (width, height) = self.extent();
        let (colour_of_ink, count) = (ink(random), random.random_range(3..=9));
        self.write(
            &format!("{} {}", word(random), word(random)),
            Point::new(width / 3, 20),
            &FONT_10X20,
            colour_of_ink,
        );
        if random.random_bool(0.25) {
            let side = (height.min(width) - 100) as u32;
            let at = Point::new((width - side as i32) / 2, 50);
            let share = 360.0 / f32::from(count as i16);
            for part in 0..count {
                let pie = Sector::new(at, side, (share * part as f32).deg(), share.deg());
                self.fill(&pie, colour(random));
            }
            return;
        }
        let (left, floor) = (60, height - 50);
        self.stroke(&Line::new(Point::new(left, 40), Point::new(left, floor)), colour_of_ink, 2);
        self.stroke(&Line::new(Point::new(left, floor), Point::new(width - 20, floor)), colour_of_ink, 2);
        let (step, own) = ((width - 100) / count, colour(random));
        let heights: Vec<i32> = (0..count).map(|_| random.random_range(20..floor - 60)).collect();
        let bars = random.random_bool(0.5);
        for (place, &high) in heights.iter().enumerate() {
            let x = left + 10 + place as i32 * step;
            self.write(&word(random), Point::new(x, floor + 16), &FONT_6X10, colour_of_ink);
            if bars {
                let bar = Rectangle::new(
                    Point::new(x, floor - high),
                    Size::new((step * 3 / 4) as u32, high as u32),
                );
                self.fill(&bar, own);
            } else if let Some(&next) = heights.get(place + 1) {
                let line = Line::new(Point::new(x, floor - high), Point::new(x + step, floor - next));
                self.stroke(&line, own, 3);
                self.fill(&Circle::with_center(line.start, 9), own);
            }
        }
    }

    fn form(&mut self, random: &mut impl Rng) {
        let (width, height) = self.extent();
        let (colour_of_ink, tint) = (ink(random), colour(random));
        let (columns, row) = (random.random_range(1..=5), random.random_range(24..=48));
        let column = (width - 40) / columns;
        self.fill(
            &Rectangle::new(Point::new(20, 20), Size::new((column * columns) as u32, row as u32)),
            tint,
        );
        for y in (20..height - row - 10).step_by(row as usize) {
            for place in 0..columns {
                let at = Point::new(20 + place * column, y);
                self.stroke(&Rectangle::new(at, Size::new(column as u32, row as u32)), colour_of_ink, 1);
                let text = if random.random_bool(0.4) {
                    random.random_range(0..10_000).to_string()
                } else {
                    word(random)
                };
                self.write(&text, at + Point::new(6, row * 2 / 3), &FONT_8X13, colour_of_ink);
            }
        }
    }

    fn noise(&mut self, random: &mut impl Rng) {
        let (grey, spread) = (random.random_bool(0.5), random.random_range(30..=127));
        let mut value = || (128 + random.random_range(-spread..=spread)).clamp(0, 255) as u8;
        for pixel in self.0.pixels_mut() {
            *pixel = if grey { Rgb([value(); 3]) } else { Rgb([value(), value(), value()]) };
        }
    }

    fn blank(&mut self, random: &mut impl Rng) {
        let (width, height) = self.extent();
        let (from, to): ([u8; 3], [u8; 3]) = (random.random(), random.random());
        let (turning, down) = (random.random_bool(0.5), random.random_bool(0.5));
        for (x, y, pixel) in self.0.enumerate_pixels_mut() {
            let place = if down { f64::from(y) / f64::from(height) } else { f64::from(x) / f64::from(width) };
            let place = if turning { place } else { 0.0 };
            let mix = |n: usize| f64::from(from[n]) * (1.0 - place) + f64::from(to[n]) * place;
            *pixel = Rgb(std::array::from_fn(|n| mix(n) as u8));
        }
    }
}

impl OriginDimensions for Canvas {
    fn size(&self) -> Size {
        Size::new(self.0.width(), self.0.height())
    }
}

impl DrawTarget for Canvas {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, colour) in pixels {
            if let (Ok(x), Ok(y)) = (u32::try_from(at.x), u32::try_from(at.y))
                && let Some(pixel) = self.0.get_pixel_mut_checked(x, y)
            {
                *pixel = Rgb([colour.r(), colour.g(), colour.b()]);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_repeatable_and_differ() {
        for kind in Kind::ALL {
            assert_eq!(kind.draw(3), kind.draw(3), "{}", kind.name());
            assert_ne!(kind.draw(3), kind.draw(4), "{}", kind.name());
        }
        assert_ne!(Kind::Text.draw(3), Kind::Form.draw(3));
    }
}

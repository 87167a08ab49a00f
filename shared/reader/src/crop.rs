//! A line of text, cut out of the picture and laid straight.

use image::{Rgb, RgbImage};

use crate::pixels::scaled;
use crate::region::Region;

/// The height at which lines are read, in pixels.
pub(crate) const HEIGHT: u32 = 48;
/// The longest line that is read, in pixels at that height: some 400 letters.
const LONGEST: u32 = 4_800;

/// Cuts a line out, [`HEIGHT`] pixels high.
pub(crate) fn line(picture: &RgbImage, region: &Region) -> RgbImage {
    let wide = region.width / region.height * HEIGHT as f32;
    let width = (wide.round() as u32).clamp(HEIGHT / 4, LONGEST);
    let (right, bottom) = (f64::from(picture.width()), f64::from(picture.height()));
    if region.along == [1.0, 0.0] {
        let [x, y] = region.center.map(f64::from);
        let (w, h) = (f64::from(region.width), f64::from(region.height));
        let (left, top) = ((x - w / 2.0).max(0.0), (y - h / 2.0).max(0.0));
        let part = (left, top, (x + w / 2.0).min(right) - left, (y + h / 2.0).min(bottom) - top);
        if part.2 >= 1.0 && part.3 >= 1.0 {
            let width = (part.2 / part.3 * f64::from(HEIGHT)).round().clamp(1.0, f64::from(LONGEST)) as u32;
            return scaled(picture, part, width, HEIGHT);
        }
    }
    let straight = straight(picture, region);
    let whole = (0.0, 0.0, f64::from(straight.width()), f64::from(straight.height()));
    scaled(&straight, whole, width, HEIGHT)
}

/// Turns a region at the picture's own scale.
fn straight(picture: &RgbImage, region: &Region) -> RgbImage {
    let (width, height) = (region.width.round().max(1.0) as u32, region.height.round().max(1.0) as u32);
    let [origin, ..] = region.corners();
    let [ax, ay] = region.along;
    let (sx, sy) = (region.width / width as f32, region.height / height as f32);
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = ((x as f32 + 0.5) * sx, (y as f32 + 0.5) * sy);
        at(picture, origin[0] + u * ax - v * ay - 0.5, origin[1] + u * ay + v * ax - 0.5)
    })
}

/// A pixel between others, by its four neighbours; beyond the edge, what is at the edge.
fn at(picture: &RgbImage, x: f32, y: f32) -> Rgb<u8> {
    let (right, bottom) = (picture.width() - 1, picture.height() - 1);
    let (x, y) = (x.clamp(0.0, right as f32), y.clamp(0.0, bottom as f32));
    let (left, top) = (x as u32, y as u32);
    let (u, v) = (x - left as f32, y - top as f32);
    let [a, b] = [top, (top + 1).min(bottom)]
        .map(|row| [left, (left + 1).min(right)].map(|column| picture.get_pixel(column, row).0));
    Rgb(std::array::from_fn(|channel| {
        let mix =
            |pair: [[u8; 3]; 2]| f32::from(pair[0][channel]) * (1.0 - u) + f32::from(pair[1][channel]) * u;
        (mix(a) * (1.0 - v) + mix(b) * v).round() as u8
    }))
}

//! Lines of text in the detector's map: a rectangle each, which may be turned.
//!
//! Differentiable binarization (Liao et al. 2020): the map has the inner part of each line, shrunk from its outline
//! so that lines do not touch; what is above a threshold and hangs together is a line, and its rectangle is widened
//! by as much as the map was shrunk.

use rten_imageproc::{
    BoundingRect, Point, PointF, Polygon, RetrievalMode, Vec2, find_contours, min_area_rect,
};
use rten_tensor::NdTensorView;

use crate::map::Map;

/// A rectangle around a line, in pixels of the picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Region {
    /// Its middle.
    pub(crate) center: [f32; 2],
    /// The direction in which it is read, of length 1: right, or down where it stands.
    pub(crate) along: [f32; 2],
    /// Its length in that direction.
    pub(crate) width: f32,
    /// Across.
    pub(crate) height: f32,
    /// Mean probability within.
    pub(crate) score: f32,
}

/// What makes a region of the map.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Pixels above this hang together.
    pub(crate) pixel: f32,
    /// Regions have at least this mean probability.
    pub(crate) region: f32,
    /// How far a rectangle is widened: the share of its area over its perimeter.
    pub(crate) unclip: f32,
}

/// The limits, tuned on drawn pictures and on photos without words (`docs/reader.md`).
pub(crate) const LIMITS: Limits = Limits { pixel: 0.25, region: 0.45, unclip: 1.5 };
/// Thinner than this, in pixels of the map, there is nothing to read.
const THINNEST: f32 = 2.0;
/// Rectangles turned by less than this tangent lie straight, if that makes them little larger.
const STRAIGHT: f32 = 0.035;

/// What is this much higher than wide stands; a digit alone is less.
const STANDING: f32 = 1.8;

/// The regions of a map that was made at `scale` pixels for each of the picture.
pub(crate) fn regions(map: &Map, scale: f32) -> Vec<Region> {
    let mask: Vec<bool> = map.values.iter().map(|&value| value > LIMITS.pixel).collect();
    let mask = NdTensorView::from_data([map.height, map.width], mask.as_slice());
    let contours = find_contours(mask, RetrievalMode::External);
    contours.iter().filter_map(|contour| region(map, contour, scale)).collect()
}

fn region(map: &Map, contour: &[Point], scale: f32) -> Option<Region> {
    let polygon = Polygon::new(contour.to_vec());
    let bounds = polygon.bounding_rect();
    if bounds.width().min(bounds.height()) + 1 < THINNEST as i32 {
        return None;
    }
    let (mut sum, mut count) = (0.0, 0);
    for point in polygon.fill_iter().chain(contour.iter().copied()) {
        sum += map.values[point.y as usize * map.width + point.x as usize];
        count += 1;
    }
    let score = sum / count.max(1) as f32;
    if score < LIMITS.region {
        return None;
    }
    // Corners of pixels, not their middles: a line of one pixel has a width.
    let points: Vec<PointF> = contour
        .iter()
        .flat_map(|point| {
            [(0, 0), (0, 1), (1, 0), (1, 1)]
                .map(|(x, y)| PointF::from_yx((point.y + y) as f32, (point.x + x) as f32))
        })
        .collect();
    let least = min_area_rect(&points)?;
    let up = least.up_axis();
    let mut region = upright([least.center().x, least.center().y], up, least.width(), least.height(), score);
    let (left, top) = (bounds.left() as f32, bounds.top() as f32);
    let (wide, high) = (bounds.width() as f32 + 1.0, bounds.height() as f32 + 1.0);
    let [x, y] = region.along;
    if x.abs().min(y.abs()) < STRAIGHT * x.abs().max(y.abs()) || wide * high < least.area().abs() * 1.1 {
        let middle = [left + wide / 2.0, top + high / 2.0];
        region = upright(middle, Vec2::from_yx(-1.0, 0.0), wide, high, score);
    }
    let (width, height) = (region.width, region.height);
    if height < THINNEST {
        return None;
    }
    let wider = 2.0 * width * height * LIMITS.unclip / (2.0 * (width + height));
    let [x, y] = region.center;
    Some(Region {
        center: [x / scale, y / scale],
        width: (width + wider) / scale,
        height: (height + wider) / scale,
        ..region
    })
}

/// A rectangle is read along its longer side, rightwards or, where it stands, downwards. What is little higher than wide
/// is read rightwards.
fn upright(center: [f32; 2], up: Vec2, width: f32, height: f32, score: f32) -> Region {
    let across = [-up.y, up.x];
    let lies = |[x, y]: [f32; 2]| x.abs() >= y.abs();
    let stands = if lies(across) { height > width * STANDING } else { height > width / STANDING };
    let (along, width, height) = if stands { ([up.x, up.y], height, width) } else { (across, width, height) };
    let [x, y] = along;
    let forwards = if lies(along) { x > 0.0 } else { y > 0.0 };
    let along = if forwards { along } else { [-x, -y] };
    Region { center, along, width, height, score }
}

impl Region {
    /// Its corners, clockwise from where reading begins, above.
    pub(crate) fn corners(&self) -> [[f32; 2]; 4] {
        let [x, y] = self.center;
        let [ax, ay] = self.along;
        let (w, h) = (self.width / 2.0, self.height / 2.0);
        [(-w, -h), (w, -h), (w, h), (-w, h)].map(|(a, b)| [x + a * ax - b * ay, y + a * ay + b * ax])
    }

    /// The same, read from the other end.
    pub(crate) fn reversed(self) -> Self {
        Self { along: [-self.along[0], -self.along[1]], ..self }
    }

    /// How it is turned from upright text, clockwise, to the next quarter: 0, 90, 180 or 270 degrees.
    pub(crate) fn turned(&self) -> u16 {
        let [x, y] = self.along;
        match (x.abs() >= y.abs(), x > 0.0, y > 0.0) {
            (true, true, _) => 0,
            (true, false, _) => 180,
            (false, _, true) => 90,
            (false, _, false) => 270,
        }
    }
}

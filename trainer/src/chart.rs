//! The colours and lines that all charts share.

use plotters::chart::MeshStyle;
use plotters::coord::ranged1d::ValueFormatter;
use plotters::prelude::*;

/// An SVG, or why there is none.
pub type Drawn = Result<String, Box<dyn std::error::Error>>;

/// Text and axes.
pub const INK: RGBColor = RGBColor(40, 44, 52);
/// The first of two things compared.
pub const BLUE: RGBColor = RGBColor(0, 95, 135);
/// The second.
pub const ORANGE: RGBColor = RGBColor(190, 85, 20);

/// The font of labels.
#[must_use]
pub fn font() -> TextStyle<'static> {
    ("sans-serif", 14).into_font().color(&INK)
}

/// Faint lines behind the data, no lines between them, quiet axes.
pub fn quiet<X, Y, DB>(mesh: &mut MeshStyle<'_, '_, X, Y, DB>)
where
    X: Ranged + ValueFormatter<X::ValueType>,
    Y: Ranged + ValueFormatter<Y::ValueType>,
    DB: DrawingBackend,
{
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.12))
        .axis_style(INK.mix(0.5))
        .label_style(font());
}

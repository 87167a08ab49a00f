//! Charts of the report, as SVG.

use std::ops::Range;

use plotters::coord::Shift;
use plotters::prelude::*;

use crate::chart::{BLUE, Drawn, INK, ORANGE, font, quiet};
use crate::fit::calibration::reliability::Reliability;
use crate::metric::Scores;

const SIZE: (u32, u32) = (560, 300);

fn draw(
    inside: impl FnOnce(&DrawingArea<SVGBackend<'_>, Shift>) -> Result<(), Box<dyn std::error::Error>>,
) -> Drawn {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        inside(&area)?;
        area.present()?;
    }
    Ok(svg)
}

/// BLEU-4 and CIDEr-D by width of the beam search, one place for each width.
///
/// # Errors
/// When the drawing fails.
pub fn beams(widths: &[(usize, Scores)]) -> Drawn {
    draw(|area| {
        let x = -0.4..widths.len() as f64 - 0.6;
        let scale = |of: fn(&Scores) -> f64| -> Range<f64> {
            let all = widths.iter().map(|(_, scores)| of(scores));
            let (low, high) = all.fold((f64::MAX, 0.0_f64), |(low, high), y| (low.min(y), high.max(y)));
            let room = (high - low).max(0.01) * 0.3;
            (low - room).max(0.0)..high + room
        };
        let (bleu, cider) = (scale(|scores| scores.bleu4), scale(|scores| scores.cider));
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(58)
            .right_y_label_area_size(58)
            .build_cartesian_2d(x.clone(), bleu)?
            .set_secondary_coord(x, cider);
        let name = |x: &f64| {
            let place = x.round();
            let named = (x - place).abs() < 0.01 && place >= 0.0;
            named
                .then(|| widths.get(place as usize))
                .flatten()
                .map_or(String::new(), |(width, _)| width.to_string())
        };
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.disable_x_mesh()
            .set_tick_mark_size(LabelAreaPosition::Bottom, 0)
            .x_labels(2 * widths.len())
            .x_label_formatter(&name)
            .y_label_formatter(&|y| format!("{y:.3}"))
            .y_labels(5)
            .x_desc("beam width")
            .y_desc("BLEU-4")
            .draw()?;
        chart
            .configure_secondary_axes()
            .axis_style(INK.mix(0.5))
            .label_style(font())
            .y_label_formatter(&|y| format!("{y:.3}"))
            .y_labels(5)
            .y_desc("CIDEr-D")
            .draw()?;
        let points =
            |of: fn(&Scores) -> f64| widths.iter().enumerate().map(move |(i, (_, s))| (i as f64, of(s)));
        let legend =
            |color: RGBColor| move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2));
        chart
            .draw_series(LineSeries::new(points(|s| s.bleu4), BLUE.stroke_width(2)).point_size(3))?
            .label("BLEU-4")
            .legend(legend(BLUE));
        chart
            .draw_secondary_series(
                LineSeries::new(points(|s| s.cider), ORANGE.stroke_width(2)).point_size(3),
            )?
            .label("CIDEr-D")
            .legend(legend(ORANGE));
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE.mix(0.85))
            .label_font(font())
            .draw()?;
        Ok(())
    })
}

/// Shares of captions and of references by number of words.
///
/// # Errors
/// When the drawing fails.
pub fn lengths(captions: &[usize], references: &[usize]) -> Drawn {
    const LONGEST: usize = 25;
    let shares = |lengths: &[usize]| {
        let mut shares = [0.0; LONGEST + 1];
        for &length in lengths {
            shares[length.min(LONGEST)] += 100.0 / lengths.len() as f64;
        }
        shares
    };
    let (ours, theirs) = (shares(captions), shares(references));
    let highest = ours.iter().chain(&theirs).fold(1.0_f64, |high, y| high.max(*y));
    draw(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(52)
            .build_cartesian_2d(-0.5..LONGEST as f64 + 0.5, 0.0..highest * 1.05)?;
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.disable_x_mesh()
            .x_label_formatter(&|x| format!("{x:.0}"))
            .y_label_formatter(&|y| format!("{y:.0} %"))
            .y_labels(5)
            .x_desc("words (25: or more)")
            .draw()?;
        let bars = |shares: [f64; LONGEST + 1], from: f64, to: f64, color: RGBColor| {
            shares.into_iter().enumerate().filter(|(_, share)| *share > 0.0).map(move |(length, share)| {
                let x = length as f64;
                Rectangle::new([(x + from, 0.0), (x + to, share)], color.filled())
            })
        };
        let legend =
            |color: RGBColor| move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled());
        chart.draw_series(bars(ours, -0.4, 0.0, BLUE))?.label("captions").legend(legend(BLUE));
        chart.draw_series(bars(theirs, 0.0, 0.4, ORANGE))?.label("references").legend(legend(ORANGE));
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE.mix(0.85))
            .label_font(font())
            .draw()?;
        Ok(())
    })
}

/// Number of photos by their CIDEr-D, in steps of a quarter.
///
/// # Errors
/// When the drawing fails.
pub fn ciders(ciders: &[f64]) -> Drawn {
    const STEP: f64 = 0.25;
    let highest = ciders.iter().copied().fold(1.0_f64, f64::max);
    let mut counts = vec![0_usize; (highest / STEP) as usize + 1];
    for cider in ciders {
        counts[(cider / STEP) as usize] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or_default().max(1) as f64;
    draw(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(52)
            .build_cartesian_2d(0.0..counts.len() as f64 * STEP, 0.0..most * 1.05)?;
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.disable_x_mesh()
            .x_label_formatter(&|x| format!("{x:.1}"))
            .y_label_formatter(&|y| format!("{y:.0}"))
            .y_labels(5)
            .x_desc("CIDEr-D of a photo")
            .y_desc("photos")
            .draw()?;
        chart.draw_series(counts.iter().enumerate().map(|(place, count)| {
            let x = place as f64 * STEP;
            Rectangle::new([(x + 0.02, 0.0), (x + STEP - 0.02, *count as f64)], BLUE.filled())
        }))?;
        Ok(())
    })
}

/// Share of right captions by confidence, against the diagonal where both are the same; the area of a
/// point is its number of captions.
///
/// # Errors
/// When the drawing fails.
pub fn reliability(reliability: &Reliability) -> Drawn {
    let bins = || reliability.bins.iter().filter(|bin| bin.captions > 0);
    let most = bins().map(|bin| bin.captions).max().unwrap_or(1) as f64;
    draw(|area| {
        let mut chart = ChartBuilder::on(area)
            .margin(12)
            .x_label_area_size(40)
            .y_label_area_size(58)
            .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.x_labels(6)
            .y_labels(6)
            .x_label_formatter(&|x| format!("{:.0} %", 100.0 * x))
            .y_label_formatter(&|y| format!("{:.0} %", 100.0 * y))
            .x_desc("confidence")
            .y_desc("captions that are right")
            .draw()?;
        chart.draw_series(LineSeries::new([(0.0, 0.0), (1.0, 1.0)], INK.mix(0.5)))?;
        let points: Vec<(f64, f64)> = bins().map(|bin| (bin.confidence, bin.right)).collect();
        chart.draw_series(LineSeries::new(points, BLUE.stroke_width(2)))?;
        chart.draw_series(bins().map(|bin| {
            let radius = 3.0 + 9.0 * (bin.captions as f64 / most).sqrt();
            Circle::new((bin.confidence, bin.right), radius as i32, BLUE.mix(0.6).filled())
        }))?;
        Ok(())
    })
}

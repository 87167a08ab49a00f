//! The curve of a run.

use plotters::prelude::*;

use crate::chart::{BLUE, Drawn, INK, ORANGE, font, quiet};
use crate::training::record::{EpochRow, StepRow};

/// Loss of every step (faint), mean loss and dev BLEU-4 of every epoch, as SVG.
///
/// # Errors
/// When the drawing fails.
pub fn curve(steps: &[StepRow], epochs: &[EpochRow]) -> Drawn {
    let per_epoch = steps.iter().map(|row| row.epoch).filter(|&epoch| epoch == 1).count().max(1) as f64;
    let last = epochs.last().map_or(1, |row| row.epoch) as f64;
    let losses = steps.iter().map(|row| row.loss).filter(|loss| loss.is_finite());
    let (low, high) = losses.fold((f32::MAX, 0.0_f32), |(low, high), loss| (low.min(loss), high.max(loss)));
    let (low, high) = if low <= high { (low.floor(), high.ceil()) } else { (0.0, 1.0) };
    let best = epochs.iter().map(|row| row.dev_bleu4).fold(0.05, f64::max) * 1.15;

    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (860, 420)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .margin(16)
            .x_label_area_size(44)
            .y_label_area_size(54)
            .right_y_label_area_size(60)
            .build_cartesian_2d(0.0..last, low..high)?
            .set_secondary_coord(0.0..last, 0.0..best);
        let mut mesh = chart.configure_mesh();
        quiet(&mut mesh);
        mesh.x_desc("epoch")
            .y_desc("loss per word (nats)")
            .x_label_formatter(&|x| format!("{x:.0}"))
            .draw()?;
        chart
            .configure_secondary_axes()
            .axis_style(INK.mix(0.5))
            .label_style(font())
            .y_desc("BLEU-4 on dev")
            .draw()?;
        let every = steps.iter().map(|row| (row.step as f64 / per_epoch, row.loss));
        chart.draw_series(LineSeries::new(every, BLUE.mix(0.25)))?;
        let means = epochs.iter().map(|row| (row.epoch as f64 - 0.5, row.loss));
        chart
            .draw_series(LineSeries::new(means, BLUE.stroke_width(2)))?
            .label("mean loss of the epoch")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], BLUE.stroke_width(2)));
        let scores = epochs.iter().map(|row| (row.epoch as f64, row.dev_bleu4));
        chart
            .draw_secondary_series(LineSeries::new(scores, ORANGE.stroke_width(2)).point_size(3))?
            .label("BLEU-4 on dev")
            .legend(|(x, y)| PathElement::new([(x, y), (x + 18, y)], ORANGE.stroke_width(2)));
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::MiddleRight)
            .background_style(WHITE.mix(0.85))
            .label_font(font())
            .draw()?;
        area.present()?;
    }
    Ok(svg)
}

//! Where the captioner looked for each word.

use leptos::html;
use leptos::prelude::*;
use leptos_fluent::tr;
use showtell_types::Word;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, ImageData};

use crate::desk::Desk;

/// How much of the photo is hidden where the captioner did not look.
const DARKEST: f32 = 0.8;
/// The colour that hides it: red, green, blue.
const SHADE: [u8; 3] = [12, 16, 18];

/// Lays the attention of the word pointed at over the photo: what the word came from stays clear, the
/// rest is dimmed. One pixel a region, which the browser stretches smoothly over the photo: the photo
/// was squashed to a square for the captioner, so the map stretches with it.
#[component]
pub fn Attention(
    /// What lies on the desk.
    desk: Desk,
) -> impl IntoView {
    let canvas = NodeRef::<html::Canvas>::new();
    let weights = Memo::new(move |_| {
        let word = desk.word.get()?;
        let finding = desk.shown()?.finding()?;
        Some(finding.caption.words.get(word)?.attention.clone()).filter(|map| !map.is_empty())
    });
    Effect::new(move |_| {
        let (Some(canvas), Some(weights)) = (canvas.get(), weights.get()) else { return };
        let side = (weights.len() as f64).sqrt().round() as u32;
        canvas.set_width(side);
        canvas.set_height(side);
        let pixels = pixels(&weights);
        let Ok(Some(context)) = canvas.get_context("2d") else { return };
        let context: CanvasRenderingContext2d = context.unchecked_into();
        if let Ok(image) = ImageData::new_with_u8_clamped_array(Clamped(&pixels), side) {
            // Fails only for pictures of no size.
            let _ = context.put_image_data(&image, 0.0, 0.0);
        }
    });
    view! {
        <Show when=move || weights.with(Option::is_some)>
            <canvas class="attention" data-testid="attention" aria-hidden="true" node_ref=canvas></canvas>
        </Show>
    }
}

/// A map's pixels: the stronger a region, the clearer.
fn pixels(weights: &[f32]) -> Vec<u8> {
    let strongest = weights.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    let [red, green, blue] = SHADE;
    weights
        .iter()
        .flat_map(|weight| {
            // The root: a map with one strong region would hide all others.
            let shade = DARKEST * (1.0 - (weight / strongest).sqrt());
            [red, green, blue, (shade * 255.0).round() as u8]
        })
        .collect()
}

/// The caption's words, each with how likely it was; pointing at one shows its attention.
#[component]
pub fn Words(
    /// What lies on the desk.
    desk: Desk,
    /// The caption's words, with their attention.
    words: Vec<Word>,
) -> impl IntoView {
    // Not every decoder looks at regions.
    let looks = words.iter().any(|word| !word.attention.is_empty());
    let prompt = move || if looks { tr!("words-attention") } else { tr!("words-plain") };
    let buttons = words.into_iter().enumerate().map(|(index, word)| {
        let probability = word.log_probability.exp();
        let percent = format!("{:.0}", probability * 100.0);
        let point = move |place| desk.word.set(place);
        view! {
            <li>
                <button
                    type="button"
                    data-log-probability=word.log_probability
                    on:mouseenter=move |_| point(Some(index))
                    on:mouseleave=move |_| point(None)
                    on:focus=move |_| point(Some(index))
                    on:blur=move |_| point(None)
                    // A touch neither hovers nor, everywhere, gives focus.
                    on:click=move |_| point(Some(index))
                >
                    // The space parts them for those who hear it.
                    <span class="word">{word.word}</span> " "
                    <span class="chance" style:--chance=probability.to_string()>{percent} " %"</span>
                </button>
            </li>
        }
    });
    view! {
        <div class="words">
            <p>{prompt}</p>
            <ul data-testid="words">{buttons.collect_view()}</ul>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_region_is_clear() {
        let shades: Vec<u8> = pixels(&[0.5, 0.25, 0.25, 0.0]).chunks(4).map(|pixel| pixel[3]).collect();
        assert_eq!(shades, [0, 60, 60, 204]);
        assert_eq!(pixels(&[0.0])[3], 204);
    }
}

//! A photo from the camera.

use js_sys::{Date, Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
};

use super::Photo;

/// Pixels across that are asked for.
const WIDTH: u32 = 1920;

/// Asks for the camera; the browser asks the visitor.
///
/// # Errors
/// When there is none or it is not allowed.
pub async fn open() -> Result<MediaStream, JsValue> {
    let window = web_sys::window().ok_or("no window")?;
    let devices = window.navigator().media_devices()?;
    // The one that looks away from its owner, where there are several, and as sharp as it goes.
    let (video, width) = (Object::new(), Object::new());
    Reflect::set(&width, &"ideal".into(), &WIDTH.into())?;
    Reflect::set(&video, &"width".into(), &width)?;
    Reflect::set(&video, &"facingMode".into(), &"environment".into())?;
    let wanted = MediaStreamConstraints::new();
    wanted.set_video(&video);
    Ok(JsFuture::from(devices.get_user_media_with_constraints(&wanted)?).await?.unchecked_into())
}

/// Gives the camera back.
pub fn close(stream: &MediaStream) {
    for track in stream.get_tracks().iter() {
        track.unchecked_into::<MediaStreamTrack>().stop();
    }
}

/// The picture that a video shows now.
///
/// # Errors
/// When the browser gives none, as before the first picture has come.
pub async fn take(video: &HtmlVideoElement) -> Result<Photo, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or("no document")?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(video.video_width());
    canvas.set_height(video.video_height());
    let context: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or("no canvas")?.unchecked_into();
    context.draw_image_with_html_video_element(video, 0.0, 0.0)?;
    let made = Promise::new(&mut |resolve, reject| {
        if canvas.to_blob_with_type(&resolve, "image/jpeg").is_err() {
            let _ = reject.call0(&JsValue::UNDEFINED);
        }
    });
    let blob: Blob = JsFuture::from(made).await?.dyn_into()?;
    let now = String::from(Date::new_0().to_iso_string());
    let name = format!("camera {}.jpg", now.get(..19).unwrap_or_default().replace(['T', ':'], "-"));
    Ok(Photo::new(name, blob))
}

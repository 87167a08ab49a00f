//! A photo from the camera, in a dialog that gives the camera back when it closes.

use leptos::html;
use leptos::prelude::*;
use leptos_fluent::tr;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::MediaStream;

use crate::desk::{Desk, Notice};
use crate::intake::Receive;
use crate::intake::camera;

/// The camera's button and dialog.
#[component]
pub fn Camera(
    /// What lies on the desk.
    desk: Desk,
    /// Takes photos.
    receive: Receive,
) -> impl IntoView {
    let (dialog, video) = (NodeRef::<html::Dialog>::new(), NodeRef::<html::Video>::new());
    let stream = StoredValue::new_local(None::<MediaStream>);
    let live = RwSignal::new(false);
    let close = move || {
        live.set(false);
        if let Some(stream) = stream.try_update_value(Option::take).flatten() {
            camera::close(&stream);
        }
    };
    // The ways in move to the other photos once there is one.
    on_cleanup(close);
    let open = move |_| {
        let Some(dialog) = dialog.get() else { return };
        // Fails only if it is open already.
        let _ = dialog.show_modal();
        spawn_local(async move {
            match camera::open().await {
                Ok(opened) if dialog.open() => {
                    if let Some(video) = video.get_untracked() {
                        video.set_src_object(Some(&opened));
                        if let Ok(playing) = video.play() {
                            // Rejected where the dialog is closed meanwhile.
                            let _ = JsFuture::from(playing).await;
                        }
                    }
                    stream.set_value(Some(opened));
                    live.set(true);
                }
                Ok(opened) => camera::close(&opened),
                Err(_) => {
                    dialog.close();
                    desk.notice.set(Some(Notice::NoCamera));
                }
            }
        });
    };
    let take = move |_| {
        let Some((dialog, video)) = dialog.get().zip(video.get()) else { return };
        spawn_local(async move {
            let taken = camera::take(&video).await;
            dialog.close();
            match taken {
                Ok(photo) => receive.run(vec![photo]),
                Err(_) => desk.notice.set(Some(Notice::NoCamera)),
            }
        });
    };
    view! {
        <button type="button" class="button second" data-testid="camera" on:click=open>
            {move || tr!("camera")}
        </button>
        <dialog
            class="camera"
            node_ref=dialog
            aria-label=move || tr!("camera-title")
            on:close=move |_| close()
        >
            <video node_ref=video muted playsinline></video>
            <Show when=move || !live.get()><p>{move || tr!("camera-wait")}</p></Show>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-testid="camera-take"
                    disabled=move || !live.get()
                    on:click=take
                >
                    {move || tr!("camera-take")}
                </button>
                <button type="button" on:click=move |_| { if let Some(dialog) = dialog.get() { dialog.close(); } }>
                    {move || tr!("close")}
                </button>
            </div>
        </dialog>
    }
}

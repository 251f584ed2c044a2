//! Verbatim.

use yew::prelude::*;

#[component]
fn App() -> Html {
    html! { <main id="article">{ "Hello" }</main> }
}

/// Mounts the app on the document's body.
pub fn mount() {
    yew::Renderer::<App>::new().render();
}

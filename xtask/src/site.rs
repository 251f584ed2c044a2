//! Checks of the built site that its own policy and its hosts rely on.

use std::path::Path;

use crate::failure::Failure;

/// Checks the site in `dist` and says how large it is.
///
/// # Errors
///
/// When the page could not run under its own policy, or not under any path.
pub(crate) fn check(dist: &Path) -> Result<String, Failure> {
    let page = dist.join("index.html");
    let html = std::fs::read_to_string(&page).map_err(|error| Failure::file("read", &page, error))?;
    let faults = faults(&html);
    if !faults.is_empty() {
        return Err(Failure::Wrong(format!("{} is not as it must be:\n  {}", page.display(), faults.join("\n  "))));
    }
    let (mut files, mut bytes, mut wasm) = (0_u32, 0, 0);
    let entries = std::fs::read_dir(dist).map_err(|error| Failure::file("read", dist, error))?;
    for entry in entries.flatten() {
        let size = entry.metadata().map_or(0, |facts| if facts.is_file() { facts.len() } else { 0 });
        files += 1;
        bytes += size;
        if entry.path().extension().is_some_and(|extension| extension == "wasm") {
            wasm += size;
        }
    }
    Ok(format!("{files} files, {} KB, of which WebAssembly {} KB", bytes / 1000, wasm / 1000))
}

/// What is wrong with the page: a script or stylesheet without a hash, an inline script,
/// or an address that does not hold under another path.
fn faults(html: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if !html.contains("http-equiv=\"Content-Security-Policy\"") {
        faults.push("It has no Content-Security-Policy.".to_owned());
    }
    for tag in html.split('<').filter_map(|rest| rest.split_once('>').map(|(tag, _)| tag)) {
        let loads = tag.starts_with("script")
            || tag.starts_with("link")
                && ["stylesheet", "preload", "modulepreload"].iter().any(|kind| tag.contains(&format!("rel=\"{kind}\"")));
        if tag.starts_with("script") && !tag.contains(" src=") {
            faults.push(format!("An inline script, which the policy forbids: <{tag}>"));
        } else if loads && !tag.contains(" integrity=\"sha") {
            faults.push(format!("Loaded without an integrity hash: <{tag}>"));
        }
        for attribute in ["src", "href"] {
            let Some((_, value)) = tag.split_once(&format!(" {attribute}=\"")) else { continue };
            let value = value.split('"').next().unwrap_or_default();
            if value.starts_with('/') || value.contains("://") {
                faults.push(format!("An address that holds under one path only: {value}"));
            }
        }
        if tag.contains(" style=") || tag.contains(" onclick=") || tag.starts_with("style") {
            faults.push(format!("Inline style or code, which the policy forbids: <{tag}>"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
        <link rel="stylesheet" href="./base-1.css" integrity="sha384-a"/>
        <link rel="icon" href="./icon-1.svg"/>
        <script type="module" src="./boot-1.js" integrity="sha384-b"></script>"#;

    #[test]
    fn a_good_page_has_no_faults() {
        assert_eq!(faults(GOOD), Vec::<String>::new());
    }

    #[test]
    fn faults_are_named() {
        for (html, fault) in [
            (r#"<script type="module">"#, r#"An inline script, which the policy forbids: <script type="module">"#),
            (r#"<script src="./a.js">"#, r#"Loaded without an integrity hash: <script src="./a.js">"#),
            (r#"<link rel="icon" href="/a.svg">"#, "An address that holds under one path only: /a.svg"),
            (r#"<p style="color: red">"#, r#"Inline style or code, which the policy forbids: <p style="color: red">"#),
        ] {
            assert_eq!(faults(&format!("{GOOD}{html}")), [fault], "{html}");
        }
        assert_eq!(faults("<p>"), ["It has no Content-Security-Policy."]);
    }
}

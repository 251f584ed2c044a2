//! What a visitor downloads before the first mark can be made.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use wasmparser::{KnownCustom, Name, Parser, Payload};

/// So many bytes at most, as brotli makes them: the module, JavaScript and styles.
const BUDGET: usize = 250_000;
/// So many crates are named when there are more.
const HEAVIEST: usize = 15;

fn compressed(bytes: &[u8]) -> usize {
    let mut out = Vec::new();
    let strongest = brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut &*bytes, &mut out, &strongest).expect("memory takes it");
    out.len()
}

#[test]
fn a_visitor_downloads_little() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let dist = env::var_os("VERBATIM_DIST").map_or_else(|| root.join("dist"), PathBuf::from);
    let page = fs::read_to_string(dist.join("index.html")).expect("build the site first: cargo xtask build");
    let mut sizes: Vec<(String, usize)> = Vec::new();
    for entry in fs::read_dir(&dist).expect("the site") {
        let path = entry.expect("a file").path();
        let name = path.file_name().and_then(|it| it.to_str()).expect("plain names").to_owned();
        let counts = ["wasm", "js", "css"].iter().any(|kind| path.extension().is_some_and(|it| it == *kind));
        // What the page does not name is fetched when it is used.
        if counts && page.contains(&name) {
            sizes.push((name, compressed(&fs::read(&path).expect("a file"))));
        }
    }
    let whole: usize = sizes.iter().map(|(_, size)| size).sum();
    println!("{whole} bytes: {sizes:?}");
    assert!(sizes.iter().any(|(name, _)| name.ends_with(".wasm")), "the module is among them");
    let module = root.join("target/wasm32-unknown-unknown/release/verbatim.wasm");
    assert!(whole <= BUDGET, "{whole} bytes instead of {BUDGET}: {sizes:#?}\n{}", weights(&module));
}

/// The crates whose functions take most of a module that has kept its names.
fn weights(module: &Path) -> String {
    let Ok(bytes) = fs::read(module) else {
        return format!("{} is not there to look into", module.display());
    };
    let (mut imported, mut sizes, mut names) = (0, Vec::new(), HashMap::new());
    for payload in Parser::new(0).parse_all(&bytes) {
        match payload.expect("rustc writes valid modules") {
            Payload::ImportSection(imports) => {
                let functions = imports.into_imports().flatten();
                imported = functions.filter(|it| matches!(it.ty, wasmparser::TypeRef::Func(_))).count();
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(subsections) = section.as_known() {
                    for subsection in subsections.into_iter().flatten() {
                        if let Name::Function(map) = subsection {
                            names.extend(map.into_iter().flatten().map(|it| (it.index as usize, it.name)));
                        }
                    }
                }
            }
            _ => {}
        }
    }
    let mut crates: HashMap<String, usize> = HashMap::new();
    for (index, size) in sizes.iter().enumerate() {
        let name = names.get(&(index + imported)).copied().unwrap_or("?");
        let name = rustc_demangle::demangle(name).to_string();
        let of = name
            .trim_start_matches(['<', '&', '(', '['])
            .trim_start_matches("mut ")
            .trim_start_matches("dyn ");
        let of = of.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("?");
        *crates.entry(of.to_owned()).or_default() += size;
    }
    let mut crates: Vec<(usize, String)> = crates.into_iter().map(|(name, size)| (size, name)).collect();
    crates.sort_unstable_by(|a, b| b.cmp(a));
    let lines: Vec<String> =
        crates.iter().take(HEAVIEST).map(|(size, name)| format!("{size:>8} {name}")).collect();
    format!("Bytes of code by crate, not compressed:\n{}", lines.join("\n"))
}

//! Cuts the page's module in two, as Trunk builds it.
//!
//! Trunk calls the `wasm-bindgen` that comes first on the path. For a build that is this program
//! under that name: it cuts what cargo made at the functions that `wasm_split` names, has the
//! real `wasm-bindgen` make the page's part, and has that fetch the other part by a name with a
//! hash, checked by its integrity, since two parts of different builds must never meet.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha384};

use crate::tools::{Tools, find_in};

/// The module that is cut, and the name of the cut.
const MODULE: &str = "verbatim";
const PART: &str = "later";
/// The other part is fetched again after so many milliseconds when it could not be.
const AGAIN: u32 = 2_000;
/// Says to this program that it stands for `wasm-bindgen`, and where the real one is.
const REAL: &str = "VERBATIM_WASM_BINDGEN";
/// The features of WebAssembly that Trunk's own call of wasm-opt names too.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Builds the site in two parts.
pub(crate) fn build(tools: &Tools) -> Result<(), String> {
    let folder = folder();
    let told = |why: std::io::Error| format!("{}: {why}", folder.display());
    // What an earlier build left would be taken for this one's.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).map_err(told)?;
    let me = env::current_exe().map_err(told)?;
    let name = format!("wasm-bindgen{}", env::consts::EXE_SUFFIX);
    fs::copy(me, folder.join(name)).map_err(told)?;
    let mut trunk = tools.command("trunk");
    trunk.args(["build", "--release", "--features", "split"]);
    trunk.env(REAL, tools.find("wasm-bindgen").ok_or("wasm-bindgen is missing")?);
    trunk.env("PATH", tools.path_after(&folder)?);
    trunk.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", rustflags());
    super::run("the site in dist/", &mut trunk)?;
    let dist = super::root().join("dist");
    for entry in fs::read_dir(&folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        let name = path.file_name().unwrap_or_default();
        if name.to_string_lossy().starts_with(PART) {
            fs::copy(&path, dist.join(name)).map_err(told)?;
        }
    }
    let page = dist.join("index.html");
    let told = |why: std::io::Error| format!("{}: {why}", page.display());
    let html = with_early_parts(&fs::read_to_string(&page).map_err(told)?);
    fs::write(&page, html).map_err(told)
}

/// The page with what names the parts of the app before all else that is fetched: Trunk writes it
/// last, and a browser has only so many lines to one server.
fn with_early_parts(html: &str) -> String {
    let (mut early, mut rest) = (String::new(), String::new());
    let mut pieces = html.split("<link ");
    let head = pieces.next().unwrap_or_default();
    for piece in pieces {
        let end = piece.find('>').map_or(piece.len(), |end| end + 1);
        let (link, after) = piece.split_at(end);
        let names_part = link.contains("modulepreload") || link.contains("rel=preload");
        let place = if names_part { &mut early } else { &mut rest };
        place.push_str("<link ");
        place.push_str(link);
        rest.push_str(after);
    }
    format!("{head}{early}{rest}")
}

/// Relocations, to cut by; and no path of the machine that builds in what is shipped.
fn rustflags() -> String {
    let mut flags = "-Clink-args=--emit-relocs".to_owned();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|it| it.join(".cargo")));
    let sources = home.and_then(|it| fs::read_dir(it.join("registry/src")).ok());
    for source in sources.into_iter().flatten().flatten() {
        // Flags are told apart by spaces.
        if let Some(path) = source.path().to_str().filter(|it| !it.contains(' ')) {
            flags += &format!(" --remap-path-prefix={path}/=");
        }
    }
    flags
}

/// Where the parts are made.
fn folder() -> PathBuf {
    super::root().join("target/split")
}

/// Does what `wasm-bindgen` is asked for, when this program was called in its place.
pub(crate) fn stands_in() -> Option<ExitCode> {
    let stem = env::args_os().next().map(PathBuf::from)?.file_stem()?.to_owned();
    let real = env::var_os(REAL).filter(|_| stem == "wasm-bindgen")?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    Some(match bindgen(&real, arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    })
}

fn bindgen(real: &OsString, mut arguments: Vec<OsString>) -> Result<(), String> {
    let is_input = |it: &OsString| Path::new(it).file_name().is_some_and(|it| it == "verbatim.wasm");
    let folder = folder();
    let Some(input) = arguments.iter().position(is_input) else {
        // wasm-opt takes no module that still says how it was linked.
        if let Some(other) =
            arguments.iter_mut().find(|it| Path::new(it).extension().is_some_and(|it| it == "wasm"))
        {
            let whole = fs::read(&*other).map_err(|why| why.to_string())?;
            let plain = folder.join(Path::new(&*other).file_name().unwrap_or_default());
            fs::write(&plain, without_linking(&whole)).map_err(|why| why.to_string())?;
            *other = plain.into();
        }
        return call(real, &arguments);
    };
    let whole = fs::read(&arguments[input]).map_err(|why| why.to_string())?;
    let main = folder.join(format!("{MODULE}.wasm"));
    let mut options = wasm_split_cli_support::Options::new(&whole);
    (options.output_dir, options.main_out_path) = (&folder, &main);
    let parts = wasm_split_cli_support::transform(options).map_err(|why| format!("{why:#}"))?;
    let [part] = &parts.split_modules[..] else {
        return Err(format!("the module fell into {} parts, not two", parts.split_modules.len() + 1));
    };
    arguments[input] = main.into();
    arguments.push("--keep-lld-exports".into());
    call(real, &arguments)?;

    let small = folder.join("small.wasm");
    let mut wasm_opt = vec![part.into(), "-O3".into(), "-o".into(), small.clone().into()];
    wasm_opt.extend(FEATURES.map(OsString::from));
    call(&installed("wasm-opt"), &wasm_opt)?;
    let bytes = fs::read(&small).map_err(|why| why.to_string())?;
    let hash = Sha384::digest(&bytes);
    let short: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let name = format!("{PART}-{short}.wasm");
    fs::write(folder.join(&name), bytes).map_err(|why| why.to_string())?;

    let out = arguments.iter().find_map(|it| it.to_str()?.strip_prefix("--out-dir=").map(PathBuf::from));
    let script = out.ok_or("Trunk names no folder for wasm-bindgen")?.join(format!("{MODULE}.js"));
    let text = fs::read_to_string(&script).map_err(|why| format!("{}: {why}", script.display()))?;
    let page = script.with_file_name(format!("{MODULE}_bg.wasm"));
    let module = fs::read(&page).map_err(|why| format!("{}: {why}", page.display()))?;
    let (text, module) = with_plain_imports(text, module);
    fs::write(&page, module).map_err(|why| why.to_string())?;
    let text = with_loader(&text, &name, &format!("sha384-{}", STANDARD.encode(hash)))?;
    fs::write(&script, text).map_err(|why| why.to_string())?;
    let small: [OsString; 4] = [
        script.clone().into(),
        "--minify".into(),
        "--allow-overwrite".into(),
        format!("--outfile={}", script.display()).into(),
    ];
    call(&installed("esbuild"), &small)
}

/// A program on the path; where it is not there its name, which the error then tells.
fn installed(program: &str) -> OsString {
    let found = env::var_os("PATH").and_then(|folders| find_in(&folders, program));
    found.map_or_else(|| program.into(), PathBuf::into_os_string)
}

/// A module without the sections that only linkers read.
fn without_linking(module: &[u8]) -> Vec<u8> {
    let mut kept = module.get(..8).unwrap_or_default().to_vec();
    let mut at = 8;
    while let Some((len, from)) = number_at(module, at + 1) {
        let end = (from + len).min(module.len());
        let name = number_at(module, from).and_then(|(len, from)| module.get(from..from + len));
        let is_linking =
            module[at] == 0 && name.is_some_and(|it| it == b"linking" || it.starts_with(b"reloc."));
        if !is_linking {
            kept.extend_from_slice(&module[at..end]);
        }
        at = end;
    }
    kept
}

/// A number as WebAssembly writes it (LEB128), and where it ends; `None` past the end.
fn number_at(module: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let byte = *module.get(at)?;
        number |= usize::from(byte & 0x7F) << shift;
        (at, shift) = (at + 1, shift + 7);
        if byte < 0x80 {
            return Some((number, at));
        }
    }
}

/// The script and the module with imports called by numbers. `wasm-bindgen` gives each a name with
/// a hash, which no compressor makes smaller; a name of the same length leaves all sections alone.
fn with_plain_imports(script: String, module: Vec<u8>) -> (String, Vec<u8>) {
    let is_name = |it: &&str| {
        let hash = it.rsplit('_').next().unwrap_or_default();
        it.starts_with("__wb") && hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let words = script.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(is_name);
    let names: BTreeSet<String> = words.map(str::to_owned).collect();
    let (mut plain, mut changed) = (script, module);
    for (number, name) in names.iter().enumerate() {
        let other = format!("{number:_>width$}", width = name.len());
        plain = plain.replace(name, &other);
        let mut at = 0;
        while let Some(found) = find(&changed[at..], name.as_bytes()) {
            changed[at + found..at + found + name.len()].copy_from_slice(other.as_bytes());
            at += found + name.len();
        }
    }
    (plain, changed)
}

/// Where `what` begins in `bytes`.
fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|it| it == what)
}

/// The page's script with what fetches the other part, in place of the import of that.
fn with_loader(script: &str, name: &str, integrity: &str) -> Result<String, String> {
    let import =
        script.lines().find(|line| line.starts_with("import * as") && line.contains("__wasm_split.js"));
    let import = import.ok_or("wasm-bindgen wrote no import of the other part")?;
    let import_name = import.split_whitespace().nth(3).unwrap_or_default();
    // It never gives up: what waits for the part would be left in the middle. Not streamed: some
    // servers know no type for modules.
    let loader = format!(
        "const {import_name} = {{ __wasm_split_load_{PART}: async (callback, data) => {{
    for (;;) {{
        try {{
            const part = await fetch(new URL('./{name}', import.meta.url), {{ integrity: '{integrity}' }});
            await WebAssembly.instantiate(await part.arrayBuffer(), {{ __wasm_split: wasm }});
            return wasm.__indirect_function_table.get(callback)(data, true);
        }} catch {{
            await new Promise((again) => setTimeout(again, {AGAIN}));
        }}
    }}
}} }};"
    );
    Ok(script.replacen(import, &loader, 1))
}

fn call(program: &OsString, arguments: &[OsString]) -> Result<(), String> {
    let status = Command::new(program).args(arguments).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{}: {status}", program.display())),
        Err(why) => Err(format!("{} did not start: {why}", program.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_linkers_read_is_left_out() {
        let section = |id: u8, bytes: &[u8]| [&[id, bytes.len() as u8], bytes].concat();
        let (head, types) = (b"\0asm\x01\0\0\0".to_vec(), section(1, &[0]));
        let (linking, names) = (section(0, b"\x07linking\x02"), section(0, b"\x04name"));
        let whole =
            [head.clone(), types.clone(), linking, section(0, b"\x0areloc.CODE\0"), names.clone()].concat();
        assert_eq!(without_linking(&whole), [head, types, names].concat());
    }

    #[test]
    fn what_names_the_parts_comes_first() {
        let html = "<title>V</title><link rel=stylesheet><script></script><link rel=modulepreload><link as=fetch rel=preload></head>";
        let early = "<title>V</title><link rel=modulepreload><link as=fetch rel=preload><link rel=stylesheet><script></script></head>";
        assert_eq!(with_early_parts(html), early);
        assert_eq!(with_early_parts(early), early);
    }

    #[test]
    fn imports_are_called_by_numbers_of_the_same_length() {
        let (script, module) = with_plain_imports(
            "{__wbg_a_0123456789abcdef:f,__wbindgen_cast_00000000000000ff(){},__wbg_free:g}".to_owned(),
            b"\x19__wbg_a_0123456789abcdef\x20__wbindgen_cast_00000000000000ff\x0a__wbg_free".to_vec(),
        );
        assert_eq!(script, "{_______________________0:f,_______________________________1(){},__wbg_free:g}");
        assert_eq!(module, b"\x19_______________________0\x20_______________________________1\x0a__wbg_free");
    }

    #[test]
    fn the_import_gives_way_to_a_loader() {
        let script = "import * as import1 from \"./__wasm_split.js\"\n\nlet wasm;\n";
        let with = with_loader(script, "later-1.wasm", "sha384-x").expect("there is an import");
        assert!(with.starts_with("const import1 = { __wasm_split_load_later:"));
        assert!(
            with.contains("'./later-1.wasm'")
                && with.contains("'sha384-x'")
                && !with.contains("__wasm_split.js")
        );
        assert!(with_loader("let wasm;", "later-1.wasm", "").is_err());
    }
}

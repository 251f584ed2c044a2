use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

/// The page's first script: tells the site what goes to the console, and what goes wrong
/// without anybody catching it. Not every driver has a log.
const LISTENER: &str = "const tell=what=>{ const r=new XMLHttpRequest(); r.open('GET','heard?'+encodeURIComponent(what),false); r.send() }; \
    for(const level of ['warn','error']){ const say=console[level]; console[level]=(...what)=>{ tell(level+': '+what.join(' ')); say.apply(console,what) } } \
    addEventListener('error',e=>tell('error: '+(e.message ?? 'could not load '+(e.target.src ?? e.target.href))),true); \
    addEventListener('unhandledrejection',e=>tell('unhandled: '+e.reason)); \
    addEventListener('securitypolicyviolation',e=>tell('against the policy: '+e.violatedDirective+' '+e.blockedURI))";

/// The built site, served under `/a/b/` as any plain file server would, with one script
/// more that listens to the console.
pub struct Site {
    port: u16,
    told: Arc<Mutex<Told>>,
}

/// What went wrong.
#[derive(Default)]
struct Told {
    missing: Vec<String>,
    /// Files whose names begin like this cannot be had.
    cut_off: Option<String>,
    heard: Vec<String>,
}

impl Site {
    /// Serves `VERBATIM_DIST`, or `dist` of the workspace.
    #[must_use]
    pub fn serve() -> Site {
        let dist = dist();
        assert!(dist.join("index.html").exists(), "build the site first: cargo xtask build");
        Site::of(dist)
    }

    /// Serves another folder in the same way.
    #[must_use]
    pub fn of(dist: PathBuf) -> Site {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let told = Arc::new(Mutex::new(Told::default()));
        let noted = Arc::clone(&told);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (dist, noted) = (dist.clone(), Arc::clone(&noted));
                thread::spawn(move || answer(stream, &dist, &noted));
            }
        });
        Site { port, told }
    }

    /// Where the app is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/a/b/", self.port)
    }

    /// From now on the line breaks when a file is asked for whose name begins like this; with
    /// `None` nothing more is wrong.
    pub fn cuts_off(&self, name: Option<&str>) {
        if let Ok(mut told) = self.told.lock() {
            told.cut_off = name.map(str::to_owned);
        }
    }

    /// What was asked for and is not there.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.told.lock().map(|told| told.missing.clone()).unwrap_or_default()
    }

    /// Warnings and errors of the pages that were opened here.
    #[must_use]
    pub fn heard(&self) -> Vec<String> {
        self.told.lock().map(|told| told.heard.clone()).unwrap_or_default()
    }
}

/// The folder of the built site.
pub(crate) fn dist() -> PathBuf {
    env::var_os("VERBATIM_DIST")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

fn answer(mut stream: TcpStream, dist: &Path, told: &Mutex<Told>) {
    let mut request = Vec::new();
    let mut buffer = [0; 2048];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
    let request = String::from_utf8_lossy(&request);
    let (path, query) =
        request.split(' ').nth(1).map_or(("/", ""), |it| it.split_once('?').unwrap_or((it, "")));
    let name = path.strip_prefix("/a/b/").map(|name| if name.is_empty() { "index.html" } else { name });
    let cut_off = told.lock().ok().and_then(|told| told.cut_off.clone());
    if cut_off.is_some_and(|it| name.is_some_and(|name| name.starts_with(&it))) {
        return;
    }
    let body = match name {
        Some("listener.js") => Some(LISTENER.as_bytes().to_vec()),
        Some("heard") => {
            if let Ok(mut told) = told.lock() {
                told.heard.push(query.to_owned());
            }
            Some(Vec::new())
        }
        Some(name) if !name.contains("..") => fs::read(dist.join(name)).ok(),
        _ => None,
    };
    let body = body.map(|body| if name == Some("index.html") { listening(&body) } else { body });
    let kind = match path.rsplit('.').next() {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("json") => "application/json",
        _ => "text/html; charset=utf-8",
    };
    let (status, body) = match body {
        Some(body) => ("200 OK", body),
        None => {
            if let Ok(mut told) = told.lock() {
                told.missing.push(path.to_owned());
            }
            ("404 Not Found", Vec::new())
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // A browser that was killed has closed the line; nobody waits for the answer.
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
}

/// The page with the listener before everything else that runs.
fn listening(page: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(page)
        .replacen("<title>", "<script src=\"listener.js\"></script>\n<title>", 1)
        .into()
}

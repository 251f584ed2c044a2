use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::{env, fs, thread};

/// The built site, served under `/a/b/` as any plain file server would.
pub struct Site {
    port: u16,
    missing: Arc<Mutex<Vec<String>>>,
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
        let missing = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&missing);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (dist, noted) = (dist.clone(), Arc::clone(&noted));
                thread::spawn(move || answer(stream, &dist, &noted));
            }
        });
        Site { port, missing }
    }

    /// Where the app is.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/a/b/", self.port)
    }

    /// What was asked for and is not there.
    #[must_use]
    pub fn missing(&self) -> Vec<String> {
        self.missing.lock().map(|paths| paths.clone()).unwrap_or_default()
    }
}

/// The folder of the built site.
pub(crate) fn dist() -> PathBuf {
    env::var_os("VERBATIM_DIST")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dist"), PathBuf::from)
}

fn answer(mut stream: TcpStream, dist: &Path, missing: &Mutex<Vec<String>>) {
    let mut request = Vec::new();
    let mut buffer = [0; 2048];
    while !request.windows(4).any(|four| four == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(n) => request.extend_from_slice(&buffer[..n]),
        }
    }
    let request = String::from_utf8_lossy(&request);
    let path = request.split(' ').nth(1).unwrap_or("/").split('?').next().unwrap_or("/").to_owned();
    let name = path.strip_prefix("/a/b/").map(|name| if name.is_empty() { "index.html" } else { name });
    let body = name.filter(|name| !name.contains("..")).and_then(|name| fs::read(dist.join(name)).ok());
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
            if let Ok(mut paths) = missing.lock() {
                paths.push(path);
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

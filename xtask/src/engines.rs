//! The browsers that the tests run in, and the drivers that steer them.

use std::path::PathBuf;

use crate::find;
use crate::packages::{Missing, Packages};

/// A browser engine with all that a test in it needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Engine {
    /// What people call it.
    pub(crate) name: &'static str,
    /// Whether `test` stops without it on a developer's machine.
    pub(crate) essential: bool,
    /// Whether it exists for this system at all.
    pub(crate) exists: bool,
    /// Programs, all of which must be there.
    pub(crate) parts: &'static [Part],
}

/// A program that the browser tests start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// The environment variable that names it to the tests; the user may set it.
    pub(crate) variable: &'static str,
    /// What it is called on the command line, by system.
    programs: &'static [&'static str],
    /// Where it is if it is on no `PATH`; see [`find::at`].
    places: &'static [&'static str],
    packages: Packages,
}

/// The engines of the browser tests.
pub(crate) const ENGINES: [Engine; 3] = [
    Engine {
        name: "Chromium",
        essential: true,
        exists: true,
        parts: &[
            Part {
                variable: "VERBATIM_CHROMIUM",
                programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
                places: &[
                    "/Applications/Chromium.app/Contents/MacOS/Chromium",
                    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
                    "C:/Program Files/Google/Chrome/Application/chrome.exe",
                    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
                ],
                packages: Packages { debian: "chromium", macos: "google-chrome", windows: "Google.Chrome" },
            },
            Part {
                variable: "VERBATIM_CHROMEDRIVER",
                programs: &["chromedriver"],
                places: &["/usr/lib/chromium/chromedriver", "/usr/lib/chromium-browser/chromedriver"],
                packages: Packages {
                    debian: "chromium-driver",
                    macos: "chromedriver",
                    windows: "Chromium.ChromeDriver",
                },
            },
        ],
    },
    Engine {
        name: "Firefox",
        essential: false,
        exists: true,
        // Its driver is one of our tools.
        parts: &[Part {
            variable: "VERBATIM_FIREFOX",
            programs: &["firefox", "firefox-esr"],
            places: &[
                "/Applications/Firefox.app/Contents/MacOS/firefox",
                "C:/Program Files/Mozilla Firefox/firefox.exe",
            ],
            packages: Packages { debian: "firefox-esr", macos: "firefox", windows: "Mozilla.Firefox" },
        }],
    },
    Engine {
        name: "WebKitGTK",
        essential: false,
        exists: cfg!(target_os = "linux"),
        parts: &[
            Part {
                variable: "VERBATIM_WEBKIT_DRIVER",
                programs: &["WebKitWebDriver"],
                places: &["/usr/lib/*/webkit2gtk-4.1/WebKitWebDriver"],
                packages: Packages { debian: "webkit2gtk-driver", macos: "", windows: "" },
            },
            Part {
                variable: "VERBATIM_WEBKIT_BROWSER",
                programs: &["MiniBrowser"],
                places: &[
                    "/usr/lib/*/webkit2gtk-4.1/MiniBrowser",
                    "/usr/lib/*/webkitgtk-6.0/MiniBrowser",
                    "/usr/lib/*/webkit2gtk-4.0/MiniBrowser",
                    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
                    "/usr/libexec/webkitgtk-6.0/MiniBrowser",
                    "/usr/lib/webkit2gtk-4.1/MiniBrowser",
                    "/usr/lib/webkitgtk-6.0/MiniBrowser",
                ],
                packages: Packages { debian: "libwebkit2gtk-4.1-0", macos: "", windows: "" },
            },
            Part {
                variable: "VERBATIM_XVFB",
                programs: &["Xvfb"],
                places: &[],
                packages: Packages { debian: "xvfb", macos: "", windows: "" },
            },
        ],
    },
];

impl Engine {
    /// The engine's programs as the tests want them told, or what of it is missing.
    pub(crate) fn find(&self) -> Result<Vec<(&'static str, PathBuf)>, Vec<Missing>> {
        let mut found = Vec::new();
        let mut missing = Vec::new();
        for part in self.parts {
            match part.find() {
                Some(program) => found.push((part.variable, program)),
                None => missing.push(part.missing(self.name)),
            }
        }
        if missing.is_empty() { Ok(found) } else { Err(missing) }
    }
}

impl Part {
    fn find(&self) -> Option<PathBuf> {
        if let Some(named) = std::env::var_os(self.variable).filter(|named| !named.is_empty()) {
            return Some(PathBuf::from(named));
        }
        self.programs
            .iter()
            .find_map(|program| find::on_path(program))
            .or_else(|| self.places.iter().find_map(|place| find::at(place)))
    }

    fn missing(&self, engine: &str) -> Missing {
        let program = self.programs.first().copied().unwrap_or(engine);
        Missing { what: format!("{program}, to test in {engine}"), packages: self.packages }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_says_what_it_is_for() {
        let part = Part {
            variable: "VERBATIM_NO_SUCH_VARIABLE",
            programs: &["no-such-browser"],
            places: &["/no/such/place"],
            packages: Packages { debian: "some-browser", macos: "", windows: "" },
        };
        assert_eq!(part.find(), None);
        assert_eq!(part.missing("Engine").what, "no-such-browser, to test in Engine");
    }

    #[test]
    fn every_part_can_be_brought_on_debian() {
        for part in ENGINES.iter().flat_map(|engine| engine.parts) {
            assert!(!part.packages.debian.is_empty(), "{}", part.variable);
        }
    }
}

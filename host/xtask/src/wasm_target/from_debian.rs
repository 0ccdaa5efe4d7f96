//! The target from Debian: the package `rust-src` of exactly this compiler's version holds the sources of the standard
//! library, `wasi-libc` what it links with. Both are unpacked beside, never installed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::{TARGET, rustc, sysroot};
use crate::is_there;
use crate::tool::Tool;

/// The suites that carry compilers of different ages, the most likely first.
const SUITES: [&str; 7] = [
    "bookworm-backports",
    "trixie-backports",
    "trixie",
    "forky",
    "sid",
    "bookworm",
    "trixie-updates",
];

pub(super) fn build() -> Result<()> {
    for program in ["dpkg-deb", "curl", "xz"] {
        if !is_there(program) {
            bail!("{program} is missing");
        }
    }
    let work = tempfile::tempdir().context("no temporary folder")?;
    let archive = Archive {
        mirror: mirror()?,
        work: work.path().to_owned(),
    };
    let version = compiler_version()?;
    let sources = archive
        .unpack("rust-src", &version)?
        .join(format!("usr/src/rustc-{version}/library"));
    let libc = archive.unpack("wasi-libc", "")?.join("usr/lib").join(TARGET);

    let rustlib = sysroot()?.join("lib/rustlib");
    let library = rustlib.join("src/rust/library");
    if !library.exists() {
        copy_folder(&sources, &library)?;
    }
    let target = rustlib.join(TARGET).join("lib");
    let linked = target.join("self-contained");
    fs::create_dir_all(&linked).with_context(|| format!("{} cannot be made", linked.display()))?;
    for file in ["crt1-command.o", "crt1-reactor.o", "libc.a"] {
        copy(&libc.join(file), &linked.join(file))?;
    }
    for crate_file in standard_library(work.path())? {
        let name = crate_file.file_name().unwrap_or_default();
        copy(&crate_file, &target.join(name))?;
    }
    Ok(())
}

/// Builds the standard library for an empty crate, and gives what became of its crates.
fn standard_library(work: &Path) -> Result<Vec<PathBuf>> {
    let project = work.join("empty");
    let manifest = "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n";
    fs::create_dir_all(project.join("src"))?;
    fs::write(project.join("Cargo.toml"), manifest)?;
    fs::write(project.join("src/lib.rs"), "")?;
    let output = work.join("built");
    Tool::new(sysroot()?.join("bin/cargo"))
        .args([
            "build",
            "--quiet",
            "--release",
            "-Z",
            "build-std=std,panic_abort",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(&output)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-C embed-bitcode=yes")
        .without_env("CARGO_TARGET_DIR")
        .without_env("CARGO_BUILD_TARGET")
        .without_env("CARGO_ENCODED_RUSTFLAGS")
        .within(&project)
        .run()?;
    let folder = output.join(TARGET).join("release/deps");
    let entries = fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let library = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("lib") && name.ends_with(".rlib") && !name.starts_with("libempty")
    };
    Ok(entries
        .flatten()
        .map(|entry| entry.path())
        .filter(library)
        .collect())
}

struct Archive {
    mirror: String,
    work: PathBuf,
}

impl Archive {
    /// Unpacks the newest package whose version begins so, and gives the folder.
    fn unpack(&self, package: &str, version: &str) -> Result<PathBuf> {
        let file = self.find(package, version)?;
        let deb = self.work.join(format!("{package}.deb"));
        self.fetch(&file, &deb)?;
        let folder = self.work.join(package);
        Tool::new("dpkg-deb").arg("-x").arg(&deb).arg(&folder).quietly()?;
        Ok(folder)
    }

    fn find(&self, package: &str, version: &str) -> Result<String> {
        for suite in SUITES {
            let Ok(index) = self.index(suite) else {
                continue;
            };
            if let Some(file) = newest(&index, package, version) {
                return Ok(file);
            }
        }
        bail!("Debian has no package {package} {version}")
    }

    /// The list of a suite's packages, fetched once.
    fn index(&self, suite: &str) -> Result<String> {
        let list = self.work.join(suite);
        if !list.exists() {
            let architecture = Tool::new("dpkg").arg("--print-architecture").quietly()?;
            let packed = self.work.join(format!("{suite}.xz"));
            self.fetch(
                &format!("dists/{suite}/main/binary-{architecture}/Packages.xz"),
                &packed,
            )?;
            Tool::new("xz").arg("-d").arg(&packed).quietly()?;
        }
        fs::read_to_string(&list).with_context(|| format!("{} cannot be read", list.display()))
    }

    fn fetch(&self, path: &str, to: &Path) -> Result<()> {
        let url = format!("{}/{path}", self.mirror.trim_end_matches('/'));
        Tool::new("curl")
            .args(["-fsSL", "--retry", "3", "--output"])
            .arg(to)
            .arg(url)
            .quietly()
            .map(drop)
    }
}

/// The file of the last entry for that package whose version begins so.
fn newest(index: &str, package: &str, version: &str) -> Option<String> {
    let field = |entry: &str, name: &str| {
        let mut lines = entry.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(str::to_owned))
    };
    index
        .split("\n\n")
        .filter(|entry| field(entry, "Package").is_some_and(|name| name == package))
        .filter(|entry| field(entry, "Version").is_some_and(|found| found.starts_with(version)))
        .filter_map(|entry| field(entry, "Filename"))
        .last()
}

/// Where this machine gets its own packages.
fn mirror() -> Result<String> {
    let folder = fs::read_dir("/etc/apt/sources.list.d")
        .into_iter()
        .flatten()
        .flatten();
    let files = folder
        .map(|entry| entry.path())
        .chain([PathBuf::from("/etc/apt/sources.list")]);
    let lists: String = files
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect::<Vec<_>>()
        .join("\n");
    let debian = |url: &&str| url.starts_with("http") && url.trim_end_matches('/').ends_with("/debian");
    let mut words = lists
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
        .flat_map(str::split_whitespace);
    let found = words.find(debian).map(str::to_owned);
    found.context("no Debian mirror among the sources of apt: this is no Debian system")
}

fn compiler_version() -> Result<String> {
    let said = Tool::new(rustc()).arg("--version").quietly()?;
    said.split_whitespace()
        .nth(1)
        .map(str::to_owned)
        .context("rustc does not tell its version")
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to)
        .map(drop)
        .with_context(|| format!("{} cannot be copied to {}", from.display(), to.display()))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folder(&from, &to)
        } else {
            copy(&from, &to)
        }?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_last_entry_of_that_version_counts() {
        let index = "Package: rust-src\nVersion: 1.94.0+dfsg1-1\nFilename: pool/a.deb\n\n\
            Package: rust-src-extra\nVersion: 1.95.0\nFilename: pool/b.deb\n\n\
            Package: rust-src\nVersion: 1.95.0+dfsg1-1\nFilename: pool/c.deb\n\n\
            Package: rust-src\nVersion: 1.95.0+dfsg1-2\nFilename: pool/d.deb\n";
        assert_eq!(newest(index, "rust-src", "1.95.0").as_deref(), Some("pool/d.deb"));
        assert_eq!(newest(index, "rust-src", "1.96"), None);
        assert_eq!(newest(index, "wasi-libc", ""), None);
    }
}

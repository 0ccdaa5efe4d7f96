//! A throw-away Active Directory domain (Samba) for the tests, on a loopback address of its own: Samba's ports are fixed, and other programs may
//! have theirs on 127.0.0.1.
//!
//! It is stopped when it goes out of scope, and also by the kernel when this program dies. Everything that it keeps lies in one folder, which
//! goes with it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::tool::Tool;
use crate::{debian, is_there};

/// How long the server may take to answer. It makes keys of its own at first, whose speed is a matter of luck.
const PATIENCE: Duration = Duration::from_secs(180);

/// The flag that does without.
pub(crate) const FLAG: &str = "--without-samba";

/// What the folders of domains begin with.
const PREFIX: &str = "samba-";

/// The variable that tells tests where it is, as an origin.
pub(crate) const VARIABLE: &str = "SAMKLANG_TEST_ACTIVE_DIRECTORY";

/// The variable that tells them which certificate authority to believe, as a file.
pub(crate) const AUTHORITY: &str = "SAMKLANG_TEST_ACTIVE_DIRECTORY_CA";

/// The administrator's password, which tests know as well.
const PASSWORD: &str = "Passw0rd!x";

const PACKAGES: &[&str] = &[
    "samba",
    "samba-dsdb-modules",
    "samba-ad-provision",
    "samba-vfs-modules",
    "winbind",
    "attr",
    "acl",
];

/// A domain controller that runs.
#[derive(Debug)]
pub(crate) struct Domain {
    server: Child,
    folder: PathBuf,
    address: Ipv4Addr,
}

impl Domain {
    /// Installs Samba where it is missing, makes the domain kommune.test in a folder under that one, and serves it.
    pub(crate) fn start(under: &Path) -> Result<Self> {
        if !is_there("samba-tool") || !is_there("samba") {
            debian::install(PACKAGES, "Samba", FLAG)?;
        }
        if !debian::is_root() {
            bail!("Samba serves a domain as root only: run the tests as root, or leave it out with {FLAG}");
        }
        sweep(under);
        fs::create_dir_all(under).with_context(|| format!("{} cannot be made", under.display()))?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(under);
        let folder = folder
            .with_context(|| format!("{} cannot be written", under.display()))?
            .keep();
        let result = Self::start_in(folder.clone());
        result.inspect_err(|_| drop(fs::remove_dir_all(&folder)))
    }

    fn start_in(folder: PathBuf) -> Result<Self> {
        let address = free_address()?;
        eprintln!(
            "+ an Active Directory domain on {address} in {}",
            folder.display()
        );
        provision(&folder, address)?;
        let tls = certify(&folder, address)?;
        let log = folder.join("log");
        let written =
            fs::File::create(&log).with_context(|| format!("{} cannot be written", log.display()))?;
        // The kernel ends the server when this program dies, however it dies.
        let samba = if is_there("setpriv") {
            Tool::new("setpriv").args(["--pdeathsig", "TERM", "--", "samba"])
        } else {
            Tool::new("samba")
        };
        let mut samba = samba
            .arg("--configfile")
            .arg(folder.join("etc/smb.conf"))
            .args([
                "--foreground",
                "--no-process-group",
                "--model=single",
                "--debug-stdout",
            ])
            .arg("--option=server services=ldap")
            .args(tls.map(|(key, file)| format!("--option={key}={}", file.display())))
            .into_command();
        samba
            .stdin(Stdio::null())
            .stdout(written.try_clone()?)
            .stderr(written);
        let server = samba.spawn().context("the Samba server cannot be started")?;
        let mut domain = Self {
            server,
            folder,
            address,
        };
        domain.wait().with_context(|| {
            let said = fs::read_to_string(&log).unwrap_or_default();
            format!("Samba did not start; it says:\n{}", said.trim())
        })?;
        Ok(domain)
    }

    /// Where tests find it.
    pub(crate) fn url(&self) -> String {
        format!("ldaps://{}", self.address)
    }

    /// The certificate of the authority that it is known by.
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.join(TLS).join("cert.pem")
    }

    fn wait(&mut self) -> Result<()> {
        let begun = Instant::now();
        let place = SocketAddr::from((self.address, 636));
        while TcpStream::connect_timeout(&place, Duration::from_secs(1)).is_err() {
            if let Some(status) = self.server.try_wait()? {
                bail!("the server ended: {status}");
            }
            if begun.elapsed() > PATIENCE {
                bail!("it does not answer on {place} after {} s", PATIENCE.as_secs());
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Domain {
    fn drop(&mut self) {
        // Asked first, so that it takes along what it has started.
        let asked = Tool::new("kill").arg(self.server.id().to_string()).succeeds();
        let begun = Instant::now();
        while asked && begun.elapsed() < Duration::from_secs(10) {
            if !matches!(self.server.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        drop(self.server.kill());
        drop(self.server.wait());
        drop(fs::remove_dir_all(&self.folder));
    }
}

const TLS: &str = "private/tls";

fn provision(folder: &Path, address: Ipv4Addr) -> Result<()> {
    Tool::new("samba-tool")
        .args(["domain", "provision", "--quiet"])
        .arg(format!("--targetdir={}", folder.display()))
        .args([
            "--realm=KOMMUNE.TEST",
            "--domain=KOMMUNE",
            "--server-role=dc",
            "--dns-backend=NONE",
        ])
        .args(["--host-name=dc1", &format!("--host-ip={address}")])
        .arg(format!("--adminpass={PASSWORD}"))
        .arg(format!("--option=interfaces={address}/8"))
        .arg("--option=bind interfaces only=yes")
        .quietly()
        .map(drop)
}

/// Gives the server a certificate that names its address. Its own would name its host only.
fn certify(folder: &Path, address: Ipv4Addr) -> Result<[(&'static str, PathBuf); 3]> {
    let certified = rcgen::generate_simple_self_signed([address.to_string()])?;
    let place = folder.join(TLS);
    fs::create_dir_all(&place)?;
    let (cert, key) = (place.join("cert.pem"), place.join("key.pem"));
    fs::write(&cert, certified.cert.pem())?;
    fs::write(&key, certified.signing_key.serialize_pem())?;
    own(&key)?;
    Ok([
        ("tls certfile", cert.clone()),
        ("tls cafile", cert),
        ("tls keyfile", key),
    ])
}

/// Samba refuses a key that others may read.
#[cfg(unix)]
fn own(key: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).context("the key cannot be kept from others")
}

#[cfg(not(unix))]
fn own(_: &Path) -> Result<()> {
    Ok(())
}

/// A loopback address on which nobody listens on LDAP's ports at this moment.
fn free_address() -> Result<Ipv4Addr> {
    let seed = std::process::id();
    for attempt in 0..50_u32 {
        let [_, _, high, low] = seed.wrapping_add(attempt.wrapping_mul(257)).to_be_bytes();
        let address = Ipv4Addr::new(127, 77, high, low.clamp(1, 254));
        if [389, 636, 3268, 3269]
            .iter()
            .all(|&port| TcpListener::bind((address, port)).is_ok())
        {
            return Ok(address);
        }
    }
    bail!("no loopback address has the ports 389, 636, 3268 and 3269 free: only root may listen there")
}

/// Removes what is left of domains whose servers were killed. The kernel has ended those.
fn sweep(under: &Path) {
    for entry in fs::read_dir(under).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let old = entry.metadata().and_then(|about| about.modified()).ok();
        let old = old.and_then(|modified| modified.elapsed().ok());
        if name.to_string_lossy().starts_with(PREFIX)
            && old.is_some_and(|age| age > Duration::from_secs(86_400))
        {
            drop(fs::remove_dir_all(entry.path()));
        }
    }
}

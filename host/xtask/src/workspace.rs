//! Where things are: the workspace, its target folder, and the packages that are connectors.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{CrateType, MetadataCommand};

use crate::tool::Tool;

/// The workspace that this program belongs to.
#[derive(Debug)]
pub(crate) struct Workspace {
    root: PathBuf,
    target: PathBuf,
    connectors: Vec<Connector>,
}

/// A package that becomes a component.
#[derive(Debug, Clone)]
pub(crate) struct Connector {
    /// The package's name, such as `samklang-canvas`.
    pub(crate) package: String,
    /// The connector's name, such as `canvas`.
    pub(crate) name: String,
}

impl Workspace {
    pub(crate) fn here() -> Result<Self> {
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../Cargo.toml");
        let metadata = MetadataCommand::new().manifest_path(&manifest).no_deps().exec();
        let metadata = metadata.with_context(|| format!("{} cannot be read", manifest.display()))?;
        let root = metadata.workspace_root.clone().into_std_path_buf();
        let connectors = metadata
            .workspace_packages()
            .into_iter()
            .filter(|package| {
                let shipped = [root.join("plugins"), root.join("sdk/templates")];
                let of_product = shipped
                    .iter()
                    .any(|folder| package.manifest_path.as_std_path().starts_with(folder));
                let component =
                    |target: &cargo_metadata::Target| target.crate_types.contains(&CrateType::CDyLib);
                of_product && package.targets.iter().any(component)
            })
            .map(|package| Connector::of(&package.name))
            .collect();
        Ok(Self {
            root,
            target: metadata.target_directory.into_std_path_buf(),
            connectors,
        })
    }

    /// The folder that it is in.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The folder for whatever is made.
    pub(crate) fn target(&self) -> &Path {
        &self.target
    }

    pub(crate) fn connectors(&self) -> &[Connector] {
        &self.connectors
    }

    /// The cargo that runs this program, in the workspace's root.
    pub(crate) fn cargo(&self) -> Tool {
        Tool::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())).within(&self.root)
    }
}

impl Connector {
    fn of(package: &str) -> Self {
        let name = package.strip_prefix("samklang-").unwrap_or(package);
        let name = name.strip_suffix("-connector").unwrap_or(name);
        Self {
            package: package.to_owned(),
            name: name.to_owned(),
        }
    }
}

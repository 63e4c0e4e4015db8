//! Who takes part: `skywarden generate`, and a CDK app with cdk-monitoring-constructs.

use std::{fs, io, path::PathBuf, process::Command};

use anyhow::Context as _;

use crate::{
    child::{self, Cost},
    config::config,
    content::Content,
};

/// Where the two are.
#[derive(Debug, clap::Args)]
pub(crate) struct Contenders {
    /// The program `skywarden`, as it is installed.
    #[arg(long, value_name = "FILE")]
    skywarden: PathBuf,
    /// Directory with `app.js` of the CDK app and the packages it needs.
    #[arg(long, value_name = "DIRECTORY")]
    cdk: PathBuf,
    /// A directory of its own, for configs and what is written.
    #[arg(long, value_name = "DIRECTORY")]
    scratch: PathBuf,
}

/// One of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Contender {
    /// `skywarden generate`.
    Ours,
    /// The CDK app.
    Cdk,
}

impl Contenders {
    /// Writes the config of each size, so that no run has to.
    pub(crate) fn prepare(&self, sizes: &[usize]) -> anyhow::Result<()> {
        self.clean()?;
        fs::create_dir_all(&self.scratch).with_context(|| self.scratch.display().to_string())?;
        for &services in sizes {
            let path = self.config(services);
            fs::write(&path, config(services)).with_context(|| format!("cannot write {}", path.display()))?;
        }
        Ok(())
    }

    /// Removes what all runs wrote, some hundred megabytes a turn. Not between runs: for some seconds ext4 steps over each inode of a removed file when it
    /// looks for a free one, and a run just after would take ten times as long.
    pub(crate) fn clean(&self) -> anyhow::Result<()> {
        let written = self.written();
        match fs::remove_dir_all(&written) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error).with_context(|| format!("cannot remove {}", written.display())),
            _ => Ok(()),
        }
    }

    /// Runs one for so many services, into a directory that is not there yet.
    pub(crate) fn run(&self, contender: Contender, services: usize, run: usize) -> anyhow::Result<Cost> {
        let out = self.out(contender, services, run);
        let command = match contender {
            Contender::Ours => {
                let mut command = Command::new(&self.skywarden);
                command.arg("generate").arg("--config").arg(self.config(services)).arg("--out").arg(&out);
                command
            }
            Contender::Cdk => {
                let mut command = Command::new("node");
                command.current_dir(&self.cdk).arg("app.js").env("N", services.to_string()).env("OUT", &out);
                command.env("CDK_VALIDATION", "false").env("CDK_DISABLE_STACK_TRACE", "1");
                command
            }
        };
        child::run(command)
    }

    /// What a run wrote.
    pub(crate) fn content(&self, contender: Contender, services: usize, run: usize) -> anyhow::Result<Content> {
        Content::of(&self.out(contender, services, run))
    }

    fn config(&self, services: usize) -> PathBuf {
        self.scratch.join(format!("{services}.yaml"))
    }

    fn written(&self) -> PathBuf {
        self.scratch.join("written")
    }

    fn out(&self, contender: Contender, services: usize, run: usize) -> PathBuf {
        self.written().join(format!("{contender:?}-{services}-{run}"))
    }
}

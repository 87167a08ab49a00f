//! Packages of the system. Nothing is done through sudo that nobody agreed to.

use std::env;
use std::ffi::OsString;
use std::process::Command;

use anyhow::bail;

use crate::shell::{command, find, output, run};

/// Whether system packages may be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// This is root already: no sudo is needed.
    Root,
    /// Through sudo: `--yes`, or a machine for continuous integration, where nobody can be asked.
    Sudo,
    /// Nobody agreed: what is missing is named, and how to install it.
    None,
}

impl Consent {
    /// What holds here. `agreed` is `--yes`.
    pub fn of(agreed: bool) -> Self {
        let root = || output(&mut command("id", &["-u"])).is_some_and(|id| id == "0");
        Self::from(agreed, env::var_os("CI"), root)
    }

    fn from(agreed: bool, ci: Option<OsString>, root: impl Fn() -> bool) -> Self {
        let automatic = ci.is_some_and(|ci| !ci.is_empty() && ci != "false" && ci != "0");
        match () {
            () if root() => Self::Root,
            () if agreed || automatic => Self::Sudo,
            () => Self::None,
        }
    }
}

/// A command as root.
pub fn privileged(program: &str, arguments: &[&str], consent: Consent) -> anyhow::Result<Command> {
    Ok(match consent {
        Consent::Root => command(program, arguments),
        Consent::Sudo => command("sudo", &[&[program], arguments].concat()),
        Consent::None => bail!(
            "`sudo {program} {}` is needed: run `cargo xtask setup --yes` to have it run",
            arguments.join(" ")
        ),
    })
}

/// Installs packages of Debian.
pub fn apt(packages: &[&str], consent: Consent) -> anyhow::Result<()> {
    if consent == Consent::None {
        bail!(
            "Debian's packages {names} are missing: run `cargo xtask setup --yes`, which calls sudo, \
             or yourself: sudo apt-get install --no-install-recommends {spaced}",
            names = packages.join(", "),
            spaced = packages.join(" "),
        );
    }
    run(&mut privileged("apt-get", &["update", "-qq"], consent)?)?;
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    let mut install = privileged("apt-get", &[&install, packages].concat(), consent)?;
    run(install.env("DEBIAN_FRONTEND", "noninteractive"))
}

/// Installs Debian's packages of those programs that are missing.
pub fn programs(programs: &[(&str, bool)], consent: Consent) -> anyhow::Result<()> {
    let missing: Vec<&str> = programs.iter().filter(|(_, gone)| *gone).map(|(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if find("apt-get").is_none() {
        bail!(
            "not found: {}. Install them as your system does; Chrome may also be named in CHROME_PATH",
            missing.join(", ")
        );
    }
    apt(&missing, consent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_done_through_sudo_that_nobody_agreed_to() {
        let of = |agreed, ci: &str, root| Consent::from(agreed, Some(ci.into()), || root);
        assert_eq!(Consent::from(false, None, || false), Consent::None);
        assert_eq!(of(false, "", false), Consent::None);
        assert_eq!(of(false, "false", false), Consent::None);
        assert_eq!(of(false, "true", false), Consent::Sudo);
        assert_eq!(of(true, "", false), Consent::Sudo);
        // On a bare machine as root, as tests in a container are.
        assert_eq!(of(false, "", true), Consent::Root);
        assert_eq!(of(false, "true", true), Consent::Root);

        let refused = apt(&["chromium", "npm"], Consent::None).unwrap_err().to_string();
        assert!(refused.contains("--yes") && refused.contains("apt-get install"), "{refused}");
        assert!(refused.ends_with("chromium npm"), "{refused}");
        let refused = privileged("cp", &["a", "b"], Consent::None).unwrap_err().to_string();
        assert!(refused.contains("`sudo cp a b`"), "{refused}");
        let sudo = privileged("cp", &["a", "b"], Consent::Sudo).unwrap();
        assert_eq!(sudo.get_program(), "sudo");
        assert_eq!(privileged("cp", &["a", "b"], Consent::Root).unwrap().get_program(), "cp");
    }
}

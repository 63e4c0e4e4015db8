//! Whether a program can run where its function does.

use std::fmt;

use crate::model::Architecture;

/// How a file of the format ELF begins, as every program of Linux does.
const MAGIC: &[u8; 4] = b"\x7fELF";

/// Where it names the machine, as two bytes; those of Lambda are little-endian.
const MACHINE: usize = 18;

/// Numbers of machines, from the ELF specification (`e_machine`).
const MACHINES: [(u16, Architecture); 2] = [(183, Architecture::Arm64), (62, Architecture::X86_64)];

/// Why Lambda could not start a program: every invocation would fail, and nothing before would say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Misfit {
    /// It is no program of Linux.
    NoProgram,
    /// It is for a machine that Lambda does not have.
    OtherMachine,
    /// It is for the architecture that the config does not say.
    Built(Architecture),
}

impl fmt::Display for Misfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProgram => formatter.write_str("is no program of Linux"),
            Self::OtherMachine => formatter.write_str("is a program for a machine that Lambda does not have"),
            Self::Built(architecture) => write!(formatter, "is built for {}", architecture.as_str()),
        }
    }
}

/// Why a program does not run on functions of an architecture; `None` when it does, as far as its first bytes say.
pub fn misfit(program: &[u8], architecture: Architecture) -> Option<Misfit> {
    if !program.starts_with(MAGIC) {
        return Some(Misfit::NoProgram);
    }
    let Some(machine) = program.get(MACHINE..).and_then(<[u8]>::first_chunk) else {
        return Some(Misfit::NoProgram);
    };
    let machine = u16::from_le_bytes(*machine);
    match MACHINES.into_iter().find(|(number, _)| *number == machine) {
        Some((_, built)) if built == architecture => None,
        Some((_, built)) => Some(Misfit::Built(built)),
        None => Some(Misfit::OtherMachine),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(machine: u16) -> Vec<u8> {
        let mut bytes = vec![0; 64];
        bytes[..4].copy_from_slice(MAGIC);
        bytes[MACHINE..MACHINE + 2].copy_from_slice(&machine.to_le_bytes());
        bytes
    }

    #[test]
    fn a_program_fits_its_own_architecture_alone() {
        assert_eq!(misfit(&program(183), Architecture::Arm64), None);
        assert_eq!(misfit(&program(62), Architecture::X86_64), None);
        assert_eq!(misfit(&program(62), Architecture::Arm64), Some(Misfit::Built(Architecture::X86_64)));
        assert_eq!(misfit(&program(183), Architecture::X86_64), Some(Misfit::Built(Architecture::Arm64)));
        assert_eq!(misfit(&program(243), Architecture::Arm64), Some(Misfit::OtherMachine));
    }

    #[test]
    fn what_is_no_program_is_seen_however_short_it_is() {
        for bytes in [b"".as_slice(), b"\x7fEL", MAGIC, b"#!/bin/sh\nexit 0\n", &program(183)[..=MACHINE]] {
            assert_eq!(misfit(bytes, Architecture::Arm64), Some(Misfit::NoProgram), "{bytes:?}");
        }
    }

    #[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
    #[test]
    fn this_very_program_fits_the_machine_it_runs_on() {
        let here = if cfg!(target_arch = "x86_64") { Architecture::X86_64 } else { Architecture::Arm64 };
        let bytes = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        assert_eq!(misfit(&bytes, here), None);
    }
}

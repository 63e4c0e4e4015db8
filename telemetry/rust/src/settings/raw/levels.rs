//! `level` and `levels` as typed.

use std::{collections::BTreeMap, ops::Range};

use skywarden_document::{Span, Spanned, Value, shortened};

use super::{Given, layered};
use crate::settings::{
    finding::Code,
    findings::{Findings, Mistake},
    levels::{LevelFilter, LevelList, Levels, MAX_TARGETS, target_mistake},
    read::{self, Field, Fields},
};

layered! {
    /// From which level on lines are written.
    RawLevels {
        default: Given<LevelFilter>,
        targets: BTreeMap<String, Spanned<LevelFilter>>,
    }
}

impl RawLevels {
    /// What code gives.
    pub(in crate::settings) fn of(levels: Levels, span: Span) -> Self {
        let targets = levels.targets.into_iter().map(|(name, level)| (name, Spanned::new(level, span))).collect();
        Self { default: Some(Spanned::new(levels.default, span)), targets }
    }

    pub(super) fn read(fields: &Fields<'_>, findings: &mut Findings) -> Self {
        let mut levels = Self::default();
        if let Some(field) = fields.take("level") {
            levels.read_list(&field, findings);
        }
        if let Some(field) = fields.take("levels") {
            levels.read_map(&field, findings);
        }
        levels
    }

    /// `info,orders.db=debug`.
    fn read_list(&mut self, field: &Field<'_>, findings: &mut Findings) {
        let Some(typed) = read::text(field, findings) else { return };
        let list = LevelList::read(&typed.value);
        let inside = |range: &Range<usize>| findings.inside(&typed, range.clone());
        let mistakes: Vec<_> = list.mistakes.iter().map(|mistake| (inside(&mistake.range), mistake)).collect();
        self.default = list.default.map(|(range, level)| Spanned::new(level, inside(&range)));
        self.targets.extend(list.targets.into_iter().map(|(name, (range, level))| (name, Spanned::new(level, inside(&range)))));
        for (span, mistake) in mistakes {
            findings.push(Mistake::error(Code::BadLevel, &field.path, span, &mistake.message).hint(&mistake.hint));
        }
    }

    fn read_map(&mut self, field: &Field<'_>, findings: &mut Findings) {
        let Value::Map(entries) = &field.node.value else {
            let mistake = Mistake::error(Code::WrongType, &field.path, field.node.span, format!("expected {}, found {}", field.key.kind, field.node.found()));
            findings.push(mistake.hint(format!("for example `levels = {}`", field.key.example)));
            return;
        };
        for entry in entries {
            let name = &entry.key;
            let plain = name.value.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-'));
            let shown = shortened(&name.value);
            let path = if plain { format!("levels.{shown}") } else { format!("levels.\"{shown}\"") };
            let Some(level) = read::level(&Field { node: &entry.value, key: field.key, path: path.clone() }, findings) else { continue };
            let already = if name.value == "default" { self.default.as_ref() } else { self.targets.get(&name.value) };
            if let Some(already) = already {
                let mistake = Mistake::error(Code::DuplicateKey, path, name.span, format!("`{}` has two levels", shortened(&name.value)));
                findings.push(mistake.first(already.span).hint("keep one"));
            } else if name.value == "default" {
                self.default = Some(level);
            } else {
                self.targets.insert(name.value.clone(), Spanned::new(level.value, name.span));
            }
        }
    }

    pub(super) fn check(&mut self, findings: &mut Findings) {
        self.targets.retain(|name, level| {
            let mistake = target_mistake(name);
            if let Some(message) = &mistake {
                findings.push(Mistake::error(Code::BadName, "levels", level.span, message).hint("for example `\"orders.db\" = \"DEBUG\"`"));
            }
            mistake.is_none()
        });
        if let Some(first) = self.targets.values().next().map(|first| first.span).filter(|_| self.targets.len() > MAX_TARGETS) {
            let message = format!("{} loggers have a level of their own, at most {MAX_TARGETS} are taken", self.targets.len());
            findings.push(Mistake::error(Code::OutOfRange, "levels", first, message).hint("give the level to their common parent"));
            while self.targets.len() > MAX_TARGETS {
                self.targets.pop_last();
            }
        }
    }
}

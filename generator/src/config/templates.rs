//! The templates and catalogues that come with Skywarden, and the user's versions of them.

use std::{borrow::Cow, collections::BTreeMap};

use skywarden_document::closest;

macro_rules! builtin {
    ($($path:literal)*) => {
        /// Every file by its path below `templates/`.
        const BUILTIN: &[(&str, &str)] = &[$(($path, include_str!(concat!("../../../templates/", $path))),)*];
    };
}

builtin! {
    "alarms/any_metric.txt"
    "alarms/dead_letters.txt"
    "alarms/deploying.txt"
    "alarms/drain.txt"
    "alarms/dropped_events.txt"
    "alarms/error_lines.txt"
    "alarms/error_rate.txt"
    "alarms/impact.txt"
    "alarms/latency.txt"
    "alarms/log_query.txt"
    "alarms/metric.txt"
    "alarms/no_logs.txt"
    "alarms/processor_errors.txt"
    "alarms/slo_fast.txt"
    "alarms/slo_part.txt"
    "alarms/slo_slow.txt"
    "alarms/stream_behind.txt"
    "alarms/stream_throttled.txt"
    "catalogue/errors/auth.authn.yaml"
    "catalogue/errors/auth.authz.yaml"
    "catalogue/errors/bug.yaml"
    "catalogue/errors/cancelled.yaml"
    "catalogue/errors/conflict.yaml"
    "catalogue/errors/crash.yaml"
    "catalogue/errors/database.yaml"
    "catalogue/errors/dependency.yaml"
    "catalogue/errors/init.yaml"
    "catalogue/errors/network.yaml"
    "catalogue/errors/not_found.yaml"
    "catalogue/errors/oom.yaml"
    "catalogue/errors/quota.yaml"
    "catalogue/errors/serialization.yaml"
    "catalogue/errors/throttling.yaml"
    "catalogue/errors/timeout.dependency.yaml"
    "catalogue/errors/timeout.function.yaml"
    "catalogue/errors/validation.yaml"
    "catalogue/errors/verification.yaml"
    "catalogue/metrics.yaml"
    "messages/alarm.txt"
    "messages/chat-alarm.md"
    "messages/chat-digest.md"
    "messages/chat-group.md"
    "messages/chat-issue.md"
    "messages/chat-steps.md"
    "messages/chat-title.md"
    "messages/digest.txt"
    "messages/group.txt"
    "messages/issue.txt"
    "messages/sms.txt"
    "messages/subject.txt"
}

/// What is known of AWS's metrics.
pub(crate) const METRIC_CATALOGUE: &str = "catalogue/metrics.yaml";

/// Directory of the error taxonomy.
pub(crate) const ERROR_CATALOGUE: &str = "catalogue/errors";

/// What a user may reword or retune: the built-in files, some of them replaced.
#[derive(Clone, Debug)]
pub struct Templates {
    files: BTreeMap<&'static str, Cow<'static, str>>,
    /// Where the files of the user lie, by the paths of those they replace.
    origins: BTreeMap<String, String>,
}

/// An override that replaces nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{path}` replaces no template of Skywarden; {hint}")]
pub struct UnknownTemplate {
    path: String,
    hint: String,
}

impl Default for Templates {
    fn default() -> Self {
        Self::builtin()
    }
}

impl Templates {
    /// The built-in ones.
    pub fn builtin() -> Self {
        let files = BUILTIN.iter().map(|(path, text)| (*path, Cow::Borrowed(*text))).collect();
        Self { files, origins: BTreeMap::new() }
    }

    /// Replaces one file. `path` is relative to the directory of templates, with `/` on every system: `alarms/latency.txt`.
    ///
    /// # Errors
    /// [`UnknownTemplate`] when there is no such file to replace: a misspelt override would silently do nothing.
    pub fn replace(&mut self, path: &str, text: String) -> Result<(), UnknownTemplate> {
        if let Some(file) = self.files.get_mut(path) {
            *file = Cow::Owned(text);
            return Ok(());
        }
        let hint = match closest(path, self.paths()) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("the files that can be replaced: {}", self.paths().collect::<Vec<_>>().join(", ")),
        };
        Err(UnknownTemplate { path: path.to_owned(), hint })
    }

    /// Replaces one file by one that lies elsewhere, which is named when it has a mistake.
    ///
    /// # Errors
    /// As [`Self::replace`].
    pub fn replace_from(&mut self, path: &str, text: String, origin: String) -> Result<(), UnknownTemplate> {
        self.replace(path, text)?;
        self.origins.insert(path.to_owned(), origin);
        Ok(())
    }

    /// Where a file lies for whoever is to open it: the user's own, or the built-in one in Skywarden's repository.
    pub(crate) fn place(&self, path: &str) -> String {
        self.origins.get(path).cloned().unwrap_or_else(|| format!("templates/{path}"))
    }

    /// Text of one file.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(Cow::as_ref)
    }

    /// Whether all files of a directory are those that come with Skywarden. What is wrong in these, its own tests find.
    pub(crate) fn is_builtin(&self, directory: &str) -> bool {
        let mut below = BUILTIN.iter().filter(|(path, _)| path.strip_prefix(directory).is_some_and(|name| name.starts_with('/')));
        below.all(|(path, text)| self.get(path) == Some(*text))
    }

    /// Every path, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().copied()
    }

    /// The files of one directory by their names in it, sorted.
    pub fn directory(&self, name: &str) -> BTreeMap<String, String> {
        let below = |path: &str| path.strip_prefix(name)?.strip_prefix('/').map(str::to_owned);
        self.files.iter().filter_map(|(path, text)| Some((below(path)?, text.clone().into_owned()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_override_replaces_a_known_file_only() {
        let mut templates = Templates::builtin();
        templates.replace("alarms/latency.txt", "slow".to_owned()).unwrap();
        assert_eq!(templates.get("alarms/latency.txt"), Some("slow"));
        let error = templates.replace("alarms/latenzy.txt", String::new()).unwrap_err();
        assert_eq!(error.to_string(), "`alarms/latenzy.txt` replaces no template of Skywarden; did you mean `alarms/latency.txt`?");
    }

    #[test]
    fn a_file_of_the_user_is_named_by_its_own_path() {
        let mut templates = Templates::builtin();
        templates.replace_from("messages/sms.txt", "short".to_owned(), "wording/messages/sms.txt".to_owned()).unwrap();
        assert_eq!(templates.place("messages/sms.txt"), "wording/messages/sms.txt");
        assert_eq!(templates.place("messages/issue.txt"), "templates/messages/issue.txt");
        assert!(templates.replace_from("messages/smz.txt", String::new(), "wording/messages/smz.txt".to_owned()).is_err());
    }

    #[test]
    fn a_replaced_file_makes_its_directory_another() {
        let mut templates = Templates::builtin();
        templates.replace("messages/sms.txt", "short".to_owned()).unwrap();
        assert_eq!(["messages", ERROR_CATALOGUE, "alarms"].map(|name| templates.is_builtin(name)), [false, true, true]);
    }

    #[test]
    fn messages_are_given_by_their_bare_names() {
        let names: Vec<_> = Templates::builtin().directory("messages").into_keys().collect();
        assert_eq!(names, skywarden_core::notify::TEMPLATE_NAMES);
    }
}

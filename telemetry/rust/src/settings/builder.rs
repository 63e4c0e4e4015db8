//! Putting settings together from code, the environment and files.

use std::{fmt, path::PathBuf};

use skywarden_core::plan::Masking;
use skywarden_document::{Span, Spanned};

use super::{
    Buffer, Environment, Finding, Format, LevelFilter, Levels, Limits, Metrics, OutputSettings, Profile, Requests, Sampling, Settings,
    catalogue::{CONFIG, FILE},
    fallback, file,
    finding::{Code, Grade},
    findings::{Findings, Mistake},
    parse,
    raw::{Layer as _, Raw, RawBuffer, RawLevels, RawLimits, RawMasking, RawMetrics, RawOutput, RawRequests, RawSampling},
    resolve::resolve,
    source::Kind,
    variables,
};

/// Puts settings together. Code outweighs the environment, the environment a file, a file the defaults, key by key and in whatever order the methods are
/// called; of two calls for the same key the later one counts.
///
/// ```no_run
/// use skywarden_telemetry::settings::{Environment, LevelFilter, Settings};
///
/// # fn main() -> Result<(), skywarden_telemetry::settings::SettingsError> {
/// let settings = Settings::builder()
///     .environment(Environment::of_process())
///     .service("orders")
///     .level_of("hyper", LevelFilter::Warning)
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct SettingsBuilder {
    findings: Findings,
    files: Vec<FileLayer>,
    environment: Environment,
    code: Raw,
    code_source: Option<usize>,
}

#[derive(Clone, Debug)]
enum FileLayer {
    Path(PathBuf),
    Text { name: String, text: String },
}

/// What reading gave: the settings that could be built, and everything that was found.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The settings; what could not be used has the value it has when nothing is said.
    pub settings: Settings,
    /// Everything found, in the order of files, variables and code, and of the places in them.
    pub findings: Vec<Finding>,
    /// How many more errors there are.
    pub more: usize,
}

impl Reading {
    /// The settings when there is no error; warnings are left out.
    ///
    /// # Errors
    /// Everything found, when an error is among it.
    pub fn into_result(self) -> Result<Settings, SettingsError> {
        if self.findings.iter().any(Finding::is_error) {
            return Err(SettingsError { findings: self.findings, more: self.more });
        }
        Ok(self.settings)
    }
}

/// Why settings are not used: everything that was found, warnings as well.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingsError {
    findings: Vec<Finding>,
    more: usize,
}

impl SettingsError {
    /// Everything found, in the order of files, variables and code, and of the places in them.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// How many more errors there are.
    pub const fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(formatter, "{finding}")?;
        }
        let errors = self.findings.iter().filter(|finding| finding.grade == Grade::Error).count() + self.more;
        write!(formatter, "the settings have {errors} {}", if errors == 1 { "mistake" } else { "mistakes" })?;
        if self.more > 0 {
            write!(formatter, ", {} of them not shown", self.more)?;
        }
        Ok(())
    }
}

/// What `main` shows when it returns the error, so it reads as [`Display`](fmt::Display) does.
impl fmt::Debug for SettingsError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Begins with the defaults.
    pub fn builder() -> SettingsBuilder {
        SettingsBuilder::default()
    }

    /// Settings from the process's environment and the file it names, or the one in the working directory.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn load() -> Result<Self, SettingsError> {
        Self::builder().environment(Environment::of_process()).build()
    }
}

/// Sources of settings.
impl SettingsBuilder {
    /// Reads a file, TOML or YAML by its extension, instead of the one the environment names or the working directory has. Of several the later outweighs.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push(FileLayer::Path(path.into()));
        self
    }

    /// As [`Self::file`], with the content of the file; its name tells the form.
    #[must_use]
    pub fn file_text(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.push(FileLayer::Text { name: name.into(), text: text.into() });
        self
    }

    /// Takes the environment's variables, and the file it names or its working directory has.
    #[must_use]
    pub fn environment(mut self, environment: Environment) -> Self {
        self.environment = environment;
        self
    }

    /// Takes keys and values as a file has them, as code that says of itself it is `name`: `configure()`. Members that are `null` count as not given.
    #[must_use]
    pub fn layer_json(mut self, name: &str, value: &serde_json::Value) -> Self {
        if let Some(root) = parse::json(name, value, &mut self.findings) {
            let raw = Raw::read(&root, &mut self.findings);
            self = self.over(raw);
        }
        self
    }

    /// Reads everything. Never stops at the first mistake and never panics, whatever was given.
    pub fn read(mut self) -> Reading {
        let mut findings = self.findings;
        let mut raw = fallback::read(&self.environment, &mut findings);
        for layer in files(self.files, &self.environment, &mut findings) {
            let layer = match layer {
                FileLayer::Path(path) => file::read(&path, &mut findings),
                FileLayer::Text { name, text } => file::read_text(&name, &text, &mut findings),
            };
            raw = layer.over(raw);
        }
        raw = variables::read(&self.environment, &mut findings).over(raw);
        self.code.check(&mut findings);
        raw = self.code.over(raw);
        let settings = resolve(raw, self.environment.is_lambda(), &mut findings);
        let (findings, more) = findings.finish();
        Reading { settings, findings, more }
    }

    /// Reads everything, and gives the settings when there is no error.
    ///
    /// # Errors
    /// Every mistake.
    pub fn build(self) -> Result<Settings, SettingsError> {
        self.read().into_result()
    }

    fn over(mut self, raw: Raw) -> Self {
        self.code = raw.over(self.code);
        self
    }

    fn span(&mut self) -> Span {
        let source = *self.code_source.get_or_insert_with(|| self.findings.source(Kind::Code, "code", ""));
        Span::whole(source)
    }

    fn spanned<T>(&mut self, value: T) -> Spanned<T> {
        Spanned::new(value, self.span())
    }
}

/// The files to read.
fn files(files: Vec<FileLayer>, environment: &Environment, findings: &mut Findings) -> Vec<FileLayer> {
    let named = environment.get(CONFIG).map(str::trim);
    if !files.is_empty() {
        if let Some(named) = named {
            let source = findings.source(Kind::Variable, CONFIG, named);
            let span = Span { source, start: 0, end: named.len() };
            let mistake = Mistake::warning(Code::NoEffect, "", span, "this file is not read: code names one");
            findings.push(mistake.hint(format!("delete the variable, or the file in the code; `{FILE}` names the log file")));
        }
        return files;
    }
    let found = named.map(PathBuf::from).or_else(|| environment.directory().and_then(file::find));
    found.into_iter().map(FileLayer::Path).collect()
}

/// Settings in code.
impl SettingsBuilder {
    /// Project; the first part of the metric namespace `project/environment/service`.
    #[must_use]
    pub fn project(mut self, project: impl Into<String>) -> Self {
        self.code.project = Some(self.spanned(project.into()));
        self
    }

    /// Service name.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.code.service = Some(self.spanned(name.into()));
        self
    }

    /// Name of the environment the service runs in: `prod`.
    #[must_use]
    pub fn environment_name(mut self, name: impl Into<String>) -> Self {
        self.code.environment = Some(self.spanned(name.into()));
        self
    }

    /// Version of the service.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.code.version = Some(self.spanned(version.into()));
        self
    }

    /// Lines below it are not written, whichever logger they come from.
    #[must_use]
    pub fn level(mut self, level: LevelFilter) -> Self {
        self.code.levels.default = Some(self.spanned(level));
        self
    }

    /// The level of a logger or target, and of those below it.
    #[must_use]
    pub fn level_of(mut self, target: impl Into<String>, level: LevelFilter) -> Self {
        let span = self.span();
        self.code.levels.targets.insert(target.into(), Spanned::new(level, span));
        self
    }

    /// The level for everything, and levels of loggers.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        let span = self.span();
        self.over(Raw { levels: RawLevels::of(levels, span), ..Raw::default() })
    }

    /// How lines look.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.code.format = Some(self.spanned(format));
        self
    }

    /// Names that other tools expect beside ours.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.code.profile = Some(self.spanned(profile));
        self
    }

    /// Whether lines name the place in the source they come from.
    #[must_use]
    pub fn location(mut self, location: bool) -> Self {
        self.code.location = Some(self.spanned(location));
        self
    }

    /// Every bound of a line.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        let span = self.span();
        self.over(Raw { limits: RawLimits::of(limits, span), ..Raw::default() })
    }

    /// Everything of masking; none switches it off.
    #[must_use]
    pub fn masking(mut self, masking: Option<Masking>) -> Self {
        let span = self.span();
        self.over(Raw { mask: RawMasking::of(masking, span), ..Raw::default() })
    }

    /// Adds an output to those of code, which stand in place of the file's and the environment's.
    #[must_use]
    pub fn output(mut self, output: OutputSettings) -> Self {
        let span = self.span();
        let list = self.code.outputs.list.get_or_insert_with(|| Spanned::new(Vec::new(), span));
        list.value.push(RawOutput::of(output, span));
        self
    }

    /// The outputs; none writes nowhere.
    #[must_use]
    pub fn outputs(mut self, outputs: impl IntoIterator<Item = OutputSettings>) -> Self {
        let span = self.span();
        self.code.outputs.list = Some(Spanned::new(outputs.into_iter().map(|output| RawOutput::of(output, span)).collect(), span));
        self
    }

    /// Everything of sampling.
    #[must_use]
    pub fn sampling(mut self, sampling: Sampling) -> Self {
        let span = self.span();
        self.over(Raw { sampling: RawSampling::of(sampling, span), ..Raw::default() })
    }

    /// Share of requests, 0 to 1, of which everything is written whatever its level.
    #[must_use]
    pub fn debug_requests(mut self, share: f64) -> Self {
        self.code.sampling.debug_requests = Some(self.spanned(share));
        self
    }

    /// What is kept of a request's quiet lines; none keeps nothing.
    #[must_use]
    pub fn buffer(mut self, buffer: Option<Buffer>) -> Self {
        let span = self.span();
        self.over(Raw { buffer: RawBuffer::of(buffer, span), ..Raw::default() })
    }

    /// Everything that is told of requests.
    #[must_use]
    pub fn requests(mut self, requests: Requests) -> Self {
        let span = self.span();
        self.over(Raw { requests: RawRequests::of(requests, span), ..Raw::default() })
    }

    /// Paths without a line while they succeed; a `*` at the end stands for anything.
    #[must_use]
    pub fn quiet_paths<P: Into<String>>(mut self, paths: impl IntoIterator<Item = P>) -> Self {
        let span = self.span();
        let paths = paths.into_iter().map(|path| Spanned::new(path.into(), span)).collect();
        self.code.requests.quiet_paths = Some(Spanned::new(paths, span));
        self
    }

    /// Everything of metrics. An empty namespace is made of project, environment and service.
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        let span = self.span();
        self.over(Raw { metrics: RawMetrics::of(metrics, span), ..Raw::default() })
    }

    /// Namespace of the metrics.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.code.metrics.namespace = Some(self.spanned(namespace.into()));
        self
    }

    /// Whether the built-in metrics are written.
    #[must_use]
    pub fn builtin_metrics(mut self, builtin: bool) -> Self {
        self.code.metrics.builtin = Some(self.spanned(builtin));
        self
    }
}

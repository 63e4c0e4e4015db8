//! Settings given in code: typed and as a map.

use std::time::Duration;

use serde_json::json;
use skywarden_telemetry::settings::{
    Background, Buffer, Code, Destination, Every, Format, LevelFilter, Levels, Limits, MaskPattern, Masking, Metrics, OutputSettings, Place, Profile, Requests,
    RollingFile, Sampling, Service, Settings,
};

use crate::{clean, told};

/// Settings of which nothing has its default.
fn all() -> Settings {
    Settings {
        service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "1".to_owned() },
        levels: Levels::parse("warn,orders.db=debug").unwrap(),
        format: Format::Pretty,
        profile: Profile::Otel,
        location: true,
        limits: Limits { fields: 10, value_bytes: 1_000, line_bytes: 10_000, depth: 3 },
        masking: Some(Masking {
            keys: vec!["customer".to_owned()],
            paths: vec!["a.b".to_owned()],
            patterns: vec![MaskPattern { name: "p".to_owned(), regex: "x+".to_owned(), mask: Some("X".to_owned()) }],
            also: vec!["ip-address".to_owned()],
            allow: vec!["iban".to_owned()],
            labels: true,
        }),
        outputs: vec![
            OutputSettings { to: Destination::Stderr, level: LevelFilter::Error, format: Some(Format::Json), background: None },
            OutputSettings {
                to: Destination::File(RollingFile {
                    path: "a.log".into(),
                    max_bytes: Some(5_000),
                    every: Some(Every::Hour),
                    keep_files: Some(3),
                    keep_for: Some(Duration::from_hours(1)),
                    keep_bytes: Some(50_000),
                    compress: true,
                }),
                level: LevelFilter::Trace,
                format: None,
                background: Some(Background { buffer_bytes: 100_000, wait: Duration::from_millis(5) }),
            },
        ],
        sampling: Sampling { first: Some(5), then_every: 7, per: Duration::from_secs(2), debug_requests: 0.25 },
        buffer: Some(Buffer { level: LevelFilter::Trace, bytes: 4_000, slow: Duration::from_secs(1) }),
        requests: Requests {
            lines: true,
            quiet_paths: vec!["/health".to_owned()],
            slow: Some(Duration::from_secs(3)),
            request_headers: vec!["x-client".to_owned()],
            response_headers: vec!["age".to_owned()],
            accept_ids: false,
            trusted_proxies: 1,
            paths: false,
            body_bytes: 100,
        },
        metrics: Metrics {
            namespace: "a/b".to_owned(),
            builtin: true,
            by_route: true,
            interval: Duration::from_secs(5),
            max_series: 50,
            dimensions: vec![("Region".to_owned(), "eu-west-1".to_owned())],
        },
    }
}

#[test]
fn typed_settings_come_out_as_they_went_in_and_outweigh_a_file() {
    let all = all();
    let builder = Settings::builder()
        .file_text("a.toml", include_str!("fixtures/all.toml"))
        .project("p")
        .service("orders")
        .environment_name("prod")
        .version("1")
        .level(LevelFilter::Off)
        .levels(all.levels.clone())
        .format(all.format)
        .profile(all.profile)
        .location(all.location)
        .limits(all.limits)
        .masking(all.masking.clone())
        .outputs(all.outputs.clone())
        .sampling(all.sampling)
        .buffer(all.buffer)
        .requests(all.requests.clone())
        .metrics(all.metrics.clone());
    let mut built = clean(builder);
    // Maps are merged: what the file says of other loggers and dimensions still counts.
    built.levels.targets.retain(|name, _| name == "orders.db");
    built.metrics.dimensions.retain(|(name, _)| name == "Region");
    assert_eq!(built, all);
}

#[test]
fn single_setters_set_one_key() {
    let settings = clean(
        Settings::builder()
            .file_text("a.toml", "[requests]\nslow = \"2s\"\n[sampling]\nfirst = 5\n")
            .level(LevelFilter::Debug)
            .level_of("hyper", LevelFilter::Off)
            .quiet_paths(["/health"])
            .debug_requests(0.1)
            .namespace("Shop")
            .builtin_metrics(true)
            .output(OutputSettings { to: Destination::Stderr, level: LevelFilter::Trace, format: None, background: None })
            .output(OutputSettings { to: Destination::Stdout, level: LevelFilter::Error, format: None, background: None })
            .masking(None)
            .buffer(None),
    );
    assert_eq!(settings.levels.to_string(), "DEBUG,hyper=OFF");
    assert_eq!((settings.requests.slow, settings.requests.quiet_paths), (Some(Duration::from_secs(2)), vec!["/health".to_owned()]));
    assert_eq!((settings.sampling.first, settings.sampling.debug_requests), (Some(5), 0.1));
    assert_eq!((settings.metrics.namespace.as_str(), settings.metrics.builtin), ("Shop", true));
    assert_eq!(settings.outputs.iter().map(|output| output.to.clone()).collect::<Vec<_>>(), [Destination::Stderr, Destination::Stdout]);
    assert_eq!((settings.masking, settings.buffer), (None, None));
}

#[test]
fn mistakes_in_typed_settings_name_the_key() {
    let rolling = RollingFile { path: "logs/".into(), max_bytes: None, every: None, keep_files: Some(0), keep_for: None, keep_bytes: None, compress: true };
    let output = |path: &str| OutputSettings {
        to: Destination::File(RollingFile { path: path.into(), ..rolling.clone() }),
        level: LevelFilter::Trace,
        format: None,
        background: None,
    };
    let reading = Settings::builder()
        .limits(Limits { fields: 0, value_bytes: 1, ..Limits::default() })
        .sampling(Sampling { debug_requests: f64::NAN, per: Duration::ZERO, ..Sampling::default() })
        .masking(Some(Masking { also: vec!["nonsense".to_owned()], paths: vec!["a..b".to_owned()], ..Masking::default() }))
        .level_of("a b", LevelFilter::Off)
        .output(output("logs/"))
        .output(output("a.log"))
        .quiet_paths(["health"])
        .read();
    let keys: Vec<_> = reading.findings.iter().map(|finding| (finding.key.as_str(), finding.code.as_str())).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    assert_eq!(
        sorted,
        [
            ("levels", "bad-name"),
            ("limits.fields", "out-of-range"),
            ("limits.value", "out-of-range"),
            ("mask.also[0]", "unknown-word"),
            ("mask.paths[0]", "bad-masking"),
            ("outputs[0].keep.files", "out-of-range"),
            ("outputs[0].to", "bad-path"),
            ("outputs[1].compress", "contradiction"),
            ("outputs[1].keep.files", "out-of-range"),
            ("requests.quiet_paths[0]", "bad-path"),
            ("sampling.debug_requests", "out-of-range"),
            ("sampling.per", "out-of-range"),
        ]
    );
    assert!(reading.findings.iter().all(|finding| finding.place == Place::Code { name: "code".to_owned() }));
}

#[test]
fn a_map_of_code_has_the_keys_of_a_file_and_null_is_not_given() {
    let value = json!({
        "service": "orders",
        "version": null,
        "levels": {"default": "DEBUG", "hyper": "WARNING"},
        "outputs": ["stderr", {"to": "a.log", "rotate": {"size": 5000.0}}],
        "sampling": {"first": 3, "debug_requests": 1},
        "buffer": true,
    });
    let settings = clean(Settings::builder().file_text("a.toml", "version = \"7\"").layer_json("configure()", &value));
    assert_eq!((settings.service.name.as_str(), settings.service.version.as_str()), ("orders", "7"));
    assert_eq!(settings.levels.to_string(), "DEBUG,hyper=WARNING");
    assert!(matches!(&settings.outputs[1].to, Destination::File(file) if file.max_bytes == Some(5_000)));
    assert_eq!((settings.sampling.first, settings.sampling.debug_requests), (Some(3), 1.0));
}

#[test]
fn a_map_that_is_none_or_too_deep_is_a_mistake() {
    let codes = |value| Settings::builder().layer_json("configure()", &value).read().findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    assert_eq!(codes(json!([1])), [Code::WrongType]);
    assert_eq!(codes((0..100).fold(json!(1), |inner, _| json!({"a": inner}))), [Code::TooLarge]);
    assert_eq!(codes(json!({"requests": {"quiet_paths": vec!["/a"; 20_000]}})), [Code::TooLarge]);
    assert_eq!(codes(json!({"requests": {"quiet_paths": vec!["/a"; 201]}})), [Code::OutOfRange]);
}

#[test]
fn an_error_says_everything_and_a_warning_alone_is_none() {
    let error = Settings::builder().layer_json("configure()", &json!({"levl": "INFO", "outputs": []})).build().unwrap_err();
    assert_eq!(error.findings().len(), 2);
    assert!(error.to_string().contains("configure(): unknown key `levl`; did you mean `level`? [unknown-key]"), "{error}");
    assert!(error.to_string().ends_with("the settings have 1 mistake"), "{error}");
    let warned = Settings::builder().outputs([]).read();
    assert!(told(&warned).starts_with("code: warning: outputs: lines go nowhere"), "{}", told(&warned));
    assert!(warned.into_result().unwrap().outputs.is_empty());
}

#[test]
fn an_output_of_its_place_alone_is_what_a_file_makes_of_it() {
    assert_eq!(clean(Settings::builder()).outputs, [OutputSettings::new(Destination::Stdout)]);
    let file = clean(Settings::builder().file_text("telemetry.toml", "outputs = [\"/var/log/app.log\"]")).outputs;
    assert_eq!(file, [OutputSettings::new(Destination::File(RollingFile::new("/var/log/app.log")))]);
}

//! Settings of ours, the same wherever it is measured.

use skywarden_telemetry::settings::{Service, Settings};

/// As a service has them; masking, when it is on, as it is by default.
pub fn settings(masking: bool) -> Settings {
    let mut settings =
        Settings { service: Service { name: "orders".to_owned(), environment: "prod".to_owned(), version: "2.2.6".to_owned() }, ..Settings::default() };
    if !masking {
        settings.masking = None;
    }
    settings
}

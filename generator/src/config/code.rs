//! Every code a diagnostic can carry. A code never changes its meaning and is never given to another mistake.

use serde::{Serialize, Serializer};

macro_rules! codes {
    ($($variant:ident $code:literal $name:literal $summary:literal)*) => {
        /// What kind of mistake a diagnostic is about.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!($code, ": ", $summary)] $variant,)*
        }

        impl Code {
            /// Every code, in the order of its number.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The code as shown: `SKY005`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)* }
            }

            /// A short name: `unknown-key`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// One line on what it means.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

codes! {
    YamlSyntax        "SKY001" "yaml-syntax"         "the file is not valid YAML"
    EmptyConfig       "SKY002" "empty-config"        "there is nothing in the config"
    SeveralDocuments  "SKY003" "several-documents"   "a config file holds more than one YAML document"
    DuplicateKey      "SKY004" "duplicate-key"       "a key is written twice in the same map"
    UnknownKey        "SKY005" "unknown-key"         "a key is not one Skywarden knows"
    MissingKey        "SKY006" "missing-key"         "a required key is missing"
    WrongType         "SKY007" "wrong-type"          "a value has the wrong shape"
    NullRemoves       "SKY008" "null-removes-nothing" "an overlay removes a key that is not there"
    TooLarge          "SKY009" "too-large"           "a config file is larger than Skywarden reads"

    BadName           "SKY020" "bad-name"            "a name has characters or a length that is not allowed"
    UnknownWord       "SKY021" "unknown-word"        "a value is not one of the words allowed here"
    BadDuration       "SKY022" "bad-duration"        "a duration is not a number with a unit"
    BadWindow         "SKY023" "bad-window"          "the time an alarm looks at cannot be read or is too long"
    BadPercentage     "SKY024" "bad-percentage"      "a percentage is not a number with a percent sign between 0 and 100"
    BadRetention      "SKY025" "bad-retention"       "CloudWatch Logs does not accept this retention"
    OutOfRange        "SKY026" "out-of-range"        "a number is outside the allowed range"
    BadPattern        "SKY027" "bad-pattern"         "a filter pattern cannot be read"
    BadSelector       "SKY028" "bad-selector"        "a JSON selector cannot be read or used here"
    BadUnit           "SKY029" "bad-unit"            "a unit is not one of CloudWatch's"
    BadStatistic      "SKY030" "bad-statistic"       "a statistic is not one of CloudWatch's, or does not fit the metric"
    BadAddress        "SKY031" "bad-address"         "a mail address, queue, URL or key is not well formed"
    LiteralSecret     "SKY032" "literal-secret"      "a secret is written into the config"
    BadFormat         "SKY033" "bad-format"          "the form of a service's log lines cannot be read"
    BadMasking        "SKY034" "bad-masking"         "what to mask cannot be read or used"
    BadQuietHours     "SKY035" "bad-quiet-hours"     "quiet hours or their time zone cannot be read"

    UnknownService    "SKY040" "unknown-service"     "a name refers to a service that is not in the config"
    DuplicateMetric   "SKY041" "duplicate-metric"    "two metrics of a service have the same name"
    ReservedName      "SKY042" "reserved-name"       "a name is one Skywarden gives itself"
    DuplicateLogGroup "SKY043" "duplicate-log-group" "two services have the same log group"
    DuplicateRoute    "SKY044" "duplicate-route"     "two routes have the same name, or one has the same receiver twice"
    DuplicateAlarm    "SKY045" "duplicate-alarm"     "two alarms have the same name"
    UnheardSeverity   "SKY046" "unheard-severity"    "no route carries a severity that is in use"
    NoFallback        "SKY047" "no-fallback"         "nobody hears when the notification path itself is broken"
    NotApplicable     "SKY048" "not-applicable"      "a setting does not fit the kind of service"
    NoEffect          "SKY049" "no-effect"           "a setting changes nothing"
    NoFreeSubscription "SKY050" "no-free-subscription" "a log group has too few free subscription filters"
    AwsLimit          "SKY051" "aws-limit"           "the config needs more than an AWS limit allows"
    UnknownMetric     "SKY052" "unknown-metric"      "a name refers to a metric that the service does not have"

    BadTemplate       "SKY060" "bad-template"        "a template cannot be read or rendered"
    BadCatalogue      "SKY061" "bad-catalogue"       "a catalogue has a mistake"
    BadObjective      "SKY062" "bad-objective"       "an objective does not say what is good, or no alarm can look at it"
    BadTarget         "SKY063" "bad-target"          "the target of an objective leaves too small or too large an error budget"
    BadObjectiveWindow "SKY064" "bad-objective-window" "an objective is over a time that is not supported"
    DuplicateObjective "SKY065" "duplicate-objective" "two objectives of a service have the same name"

    ImpactCycle       "SKY067" "impact-cycle"        "impact alarms hold each other back in a circle"
    UnknownAlarm      "SKY068" "unknown-alarm"       "a name refers to an alarm that the service does not have"
    NoImpact          "SKY069" "no-impact"           "an impact alarm is asked for where there is none"
    BadMaintenance    "SKY070" "bad-maintenance"     "a maintenance window cannot be read, or would never close"
    DuplicateWindow   "SKY071" "duplicate-window"    "two maintenance windows have the same name"

    NeverPublished    "SKY074" "never-published"     "AWS never publishes this metric so: the alarm would have no data, and be silent for ever"
    UnlistedMetric    "SKY075" "unlisted-metric"     "a metric is spelled almost as one of AWS's, and not quite"
    BadLogQuery       "SKY076" "bad-log-query"       "a query of the log gives nothing an alarm can compare"
    BadNamePattern    "SKY077" "bad-name-pattern"    "the pattern by which alarms are named cannot be used"

    BadRate           "SKY085" "bad-rate"            "a rate of data is not a number with a unit a second"
    DeliveryConflict  "SKY086" "delivery-conflict"   "settings of how log lines are delivered do not fit together"
    OtherAccount      "SKY087" "other-account"       "what lies in one account is looked for in another"
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_and_names_are_unique_and_ordered() {
        let codes: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        let names: BTreeSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
        assert_eq!(names.len(), codes.len());
    }

    #[test]
    fn summaries_are_one_lower_case_line_without_full_stop() {
        for code in Code::ALL {
            let summary = code.summary();
            assert!(!summary.ends_with('.') && !summary.contains('\n') && !summary.is_empty(), "{code}");
        }
    }
}

//! Console links: dashboards, alarms, Logs Insights with a prepared query.
//!
//! In templates the Region is `${AWS::Region}` and the link goes through `Fn::Sub`; in the plan it is the model's Region. Nothing in a link but
//! that placeholder has the form `${…}`, so substitution never touches the rest.

use std::fmt::Write as _;

use jiff::Timestamp;

/// How far back a Logs Insights link looks, in seconds.
const INSIGHTS_WINDOW_SECONDS: u32 = 3_600;

/// Writes console links for one Region.
#[derive(Clone, Debug)]
pub struct Console {
    region: String,
    domain: &'static str,
}

impl Console {
    /// Links with the Region's name in place, for the plan.
    pub fn of_region(region: &str) -> Self {
        Self { region: region.to_owned(), domain: domain(region) }
    }

    /// Links with `${AWS::Region}` for `Fn::Sub`; the Region given here only picks the partition's domain.
    pub fn substituted(region: &str) -> Self {
        Self { region: "${AWS::Region}".to_owned(), domain: domain(region) }
    }

    /// A dashboard by name.
    pub fn dashboard(&self, name: &str) -> String {
        self.cloudwatch(&format!("dashboards/dashboard/{name}"))
    }

    /// A dashboard's link at a time, from some time before to some time after. The link is one of [`Self::dashboard`]; an empty one stays empty.
    pub fn at(link: &str, from: Timestamp, until: Timestamp) -> String {
        if link.is_empty() {
            return String::new();
        }
        let time = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string();
        format!("{link}?start={}&end={}", time(from), time(until))
    }

    /// One alarm by name.
    pub fn alarm(&self, name: &str) -> String {
        self.cloudwatch(&format!("alarmsV2:alarm/{}", percent(name)))
    }

    /// The alarms whose names hold a text.
    pub fn alarms(&self, search: &str) -> String {
        self.cloudwatch(&format!("alarmsV2:?~(search~'{})", jsurl(search)))
    }

    /// A log group by name.
    pub fn log_group(&self, name: &str) -> String {
        self.cloudwatch(&format!("logsV2:log-groups/log-group/{}", dollar(name)))
    }

    /// Logs Insights with a query over some log groups, looking back one hour.
    pub fn insights(&self, log_groups: &[&str], query: &str) -> String {
        self.insights_in(&format!("end~0~start~-{INSIGHTS_WINDOW_SECONDS}~timeType~'RELATIVE~unit~'seconds"), log_groups, query)
    }

    /// Logs Insights with a query over some log groups, between two times.
    pub fn insights_between(&self, from: Timestamp, until: Timestamp, log_groups: &[&str], query: &str) -> String {
        let time = |at: Timestamp| jsurl(&at.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string());
        self.insights_in(&format!("end~'{}~start~'{}~timeType~'ABSOLUTE~tz~'UTC", time(until), time(from)), log_groups, query)
    }

    fn insights_in(&self, window: &str, log_groups: &[&str], query: &str) -> String {
        let mut sources = String::new();
        for group in log_groups {
            let _ = write!(sources, "~'{}", jsurl(group));
        }
        let query = jsurl(query);
        self.cloudwatch(&format!("logsV2:logs-insights$3FqueryDetail$3D~({window}~editorString~'{query}~source~({sources}))"))
    }

    /// Items of a DynamoDB table.
    pub fn table(&self, name: &str) -> String {
        self.service("dynamodbv2", &format!("item-explorer?table={name}"))
    }

    /// A Lambda function.
    pub fn function(&self, name: &str) -> String {
        self.service("lambda", &format!("/functions/{name}"))
    }

    /// An SQS queue by its URL; the URL itself is substituted by CloudFormation (`${DeadLetters}`), so it stands as it is.
    pub fn queue(&self, account: &str, name: &str) -> String {
        let url = format!("https://sqs.{}.{}/{account}/{name}", self.region, self.api_domain());
        // The console wants the URL as one path segment. The `${…}` placeholders must survive, so only the separators are encoded.
        self.service("sqs/v3", &format!("/queues/{}", url.replace(':', "%3A").replace('/', "%2F").replace("AWS%3A%3A", "AWS::")))
    }

    fn cloudwatch(&self, fragment: &str) -> String {
        self.service("cloudwatch", fragment)
    }

    fn service(&self, service: &str, fragment: &str) -> String {
        let Self { region, domain } = self;
        format!("https://{region}.{domain}/{service}/home?region={region}#{fragment}")
    }

    fn api_domain(&self) -> &'static str {
        if self.domain == CHINA { "amazonaws.com.cn" } else { "amazonaws.com" }
    }
}

/// A page with the section a reader wants; an address that names one already keeps it, and an empty one stays empty.
pub fn section(page: &str, anchor: &str) -> String {
    if page.is_empty() || page.contains('#') {
        return page.to_owned();
    }
    format!("{page}#{anchor}")
}

/// The anchor of an error rule: `rule-auth-authn`, as in the reference of error rules.
pub fn rule_anchor(rule: &str) -> String {
    format!("rule-{}", rule.replace(['.', '_'], "-"))
}

const STANDARD: &str = "console.aws.amazon.com";
const CHINA: &str = "console.amazonaws.cn";
const GOVERNMENT: &str = "console.amazonaws-us-gov.com";

/// Console domain of the partition a Region lies in.
fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        CHINA
    } else if region.starts_with("us-gov-") {
        GOVERNMENT
    } else {
        STANDARD
    }
}

/// A string value of the console's own URL notation (JSURL): letters, digits, `_`, `-` and `.` stand for themselves, `$` is written `!`, any other
/// UTF-16 unit is `*` and two hexadecimal digits, or `**` and four.
fn jsurl(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') => out.push(char::from(byte)),
            Ok(b'$') => out.push('!'),
            // By hand: most of a query are such bytes, and `write!` takes ten times as long.
            Ok(byte) => out.extend(['*', digit(byte >> 4), digit(byte & 15)]),
            Err(_) => {
                let _ = write!(out, "**{unit:04x}");
            }
        }
    }
    out
}

/// A hexadecimal digit.
fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or_default()
}

/// Percent-encodes all but the unreserved characters of RFC 3986.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The console's notation for a log group in a fragment: percent-encoded twice, with `$` for the outer `%`.
fn dollar(text: &str) -> String {
    percent(text).replace('%', "$25")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_insights_link_carries_the_query_in_the_console_notation() {
        let link = Console::of_region("eu-west-1").insights(&["/aws/lambda/shop"], "fields @message\n| limit 5");
        assert_eq!(
            link,
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:logs-insights$3FqueryDetail$3D~(end~0~start~-3600\
             ~timeType~'RELATIVE~unit~'seconds~editorString~'fields*20*40message*0a*7c*20limit*205~source~(~'*2faws*2flambda*2fshop))"
        );
    }

    #[test]
    fn template_links_hold_the_region_placeholder_and_no_other() {
        let console = Console::substituted("eu-west-1");
        for link in [
            console.dashboard("shop-prod-checkout"),
            console.alarm("shop-prod-checkout-error-rate"),
            console.alarms("shop-prod"),
            console.log_group("/aws/lambda/${odd}"),
            console.insights(&["/a/${b}"], "filter x like /${c}/"),
            console.table("t"),
            console.function("f"),
        ] {
            assert_eq!(link.matches("${").count(), link.matches("${AWS::Region}").count(), "{link}");
        }
    }

    #[test]
    fn a_queue_link_keeps_its_placeholders_readable_for_substitution() {
        let link = Console::substituted("eu-west-1").queue("${AWS::AccountId}", "shop-prod-dead-letters");
        assert!(link.ends_with("#/queues/https%3A%2F%2Fsqs.${AWS::Region}.amazonaws.com%2F${AWS::AccountId}%2Fshop-prod-dead-letters"), "{link}");
    }

    #[test]
    fn a_dashboard_opens_at_a_time_and_a_runbook_at_a_section() {
        let dashboard = Console::of_region("eu-west-1").dashboard("shop-prod-checkout");
        let at = |second| Timestamp::from_second(second).unwrap();
        assert_eq!(
            Console::at(&dashboard, at(0), at(60)),
            "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#dashboards/dashboard/shop-prod-checkout\
             ?start=1970-01-01T00:00:00.000Z&end=1970-01-01T00:01:00.000Z"
        );
        assert_eq!(Console::at("", at(0), at(60)), "");
        assert_eq!(section("https://wiki.example.com/checkout", "alarm-latency"), "https://wiki.example.com/checkout#alarm-latency");
        assert_eq!(section("https://wiki.example.com/checkout#all", "alarm-latency"), "https://wiki.example.com/checkout#all");
        assert_eq!(section("", &rule_anchor("not_found.row")), "");
        assert_eq!(rule_anchor("not_found.row"), "rule-not-found-row");
    }

    #[test]
    fn partitions_have_their_own_domains() {
        assert!(Console::of_region("cn-north-1").dashboard("d").starts_with("https://cn-north-1.console.amazonaws.cn/"));
        assert!(Console::of_region("us-gov-west-1").dashboard("d").starts_with("https://us-gov-west-1.console.amazonaws-us-gov.com/"));
    }

    #[test]
    fn text_outside_latin_takes_the_long_form() {
        assert_eq!(jsurl("é€$"), "*e9**20ac!");
    }
}

//! Where messages go and what else has an address: mail, queues, web hooks, keys, Regions, links.

use skywarden_cloudformation::limits::QUEUE_NAME_CHARACTERS;
use skywarden_document::{Node, Spanned, shortened};

use crate::{
    config::{
        code::Code,
        findings::{Finding, Findings},
        read::{Expected, scalar},
    },
    model::Encryption,
};

/// Longest mail address. Source: RFC 5321, section 4.5.3.1.3 (a path of 256 with its brackets).
const MAX_EMAIL: usize = 254;

/// A mail address.
pub(crate) fn email(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a mail address", example: "email: oncall@example.com" };
    let address = scalar::text(node, &expected, findings)?;
    checked(address, is_email, "mail address", "write it as `name@example.com`", findings)
}

fn is_email(text: &str) -> bool {
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>' | b',' | b';' | b'"'));
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    plain && text.len() <= MAX_EMAIL && !name.is_empty() && !name.contains('@') && host.contains('.') && host.split('.').all(is_label)
}

/// A phone number. YAML reads one without quotes as a number, whose digits it keeps.
pub(crate) fn phone(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let Some(number) = node.number_or_text() else {
        scalar::wrong_type(node, &Expected { what: "a phone number", example: "sms: '+4915112345678'" }, findings);
        return None;
    };
    let hint = "write it with `+` and the country's code, digits only and in quotes: `'+4915112345678'`";
    checked(Spanned::new(number.to_owned(), node.span), is_phone, "phone number", hint, findings)
}

/// E.164: `+`, a country code that begins with no zero, at most 15 digits in all. SNS takes no shorter ones than eight.
fn is_phone(text: &str) -> bool {
    text.strip_prefix('+')
        .is_some_and(|digits| (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// A link to a page.
pub(crate) fn url(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a URL", example: "runbook: https://wiki.example.com/checkout" };
    let url = scalar::text(node, &expected, findings)?;
    let allowed = |text: &str| {
        let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        rest.is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
    };
    checked(url, allowed, "URL", "write it with `https://` and without spaces", findings)
}

/// A queue: its name in the same account and Region, or its ARN. FIFO queues cannot subscribe to a standard topic.
pub(crate) fn queue(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a queue name or ARN", example: "sqs: ops-alerts" };
    let queue = scalar::text(node, &expected, findings)?;
    let name = |text: &str| {
        let letters = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        letters && (1..=QUEUE_NAME_CHARACTERS).contains(&text.len())
    };
    let allowed = |text: &str| match text.split(':').collect::<Vec<_>>().as_slice() {
        [one] => name(one),
        ["arn", partition, "sqs", region, account, last] => partition.starts_with("aws") && is_region(region) && is_account(account) && name(last),
        _ => false,
    };
    let hint = "write the queue's name (letters, digits, `-`, `_`, at most 80) or `arn:aws:sqs:REGION:ACCOUNT:NAME`; FIFO queues cannot take these messages";
    checked(queue, allowed, "standard queue", hint, findings)
}

/// A web hook: a reference to where its address is kept. An address typed here is a secret in a file.
pub(crate) fn webhook(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "a reference to a web hook's address", example: "webhook: ssm:/shop/webhook-url" };
    let reference = scalar::text(node, &expected, findings)?;
    let parameter = |name: &str, extra: &[u8]| {
        let letters = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/') || extra.contains(&byte));
        letters && !name.is_empty()
    };
    let known = match reference.value.split_once(':') {
        Some(("ssm", name)) => parameter(name, b""),
        Some(("secretsmanager", name)) => parameter(name, b"+=@:"),
        _ => {
            // The value itself is not repeated: it may be the secret.
            let finding = Finding::error(Code::LiteralSecret, reference.span, "the address of a web hook is a secret and cannot be written here");
            findings.push(finding.hint("store it in SSM or Secrets Manager and write `ssm:/path/of/parameter` or `secretsmanager:name`"));
            return None;
        }
    };
    let hint = "write `ssm:/path/of/parameter` or `secretsmanager:name`";
    checked(reference, |_| known, "reference to a parameter or secret", hint, findings)
}

/// What encrypts a log group.
pub(crate) fn encryption_key(node: &Node, findings: &mut Findings) -> Option<Spanned<Encryption>> {
    const WHAT: &str = "`aws`, `customer` or the ARN of a KMS key";
    let expected = Expected { what: WHAT, example: "encryption: customer" };
    let text = scalar::text(node, &expected, findings)?;
    let encryption = match text.value.as_str() {
        "aws" => Encryption::Aws,
        "customer" => Encryption::Customer,
        arn if is_key_arn(arn) => Encryption::Key(arn.to_owned()),
        other => {
            let message = format!("`{}` is not {WHAT}", shortened(other));
            let hint = "a key is written as `arn:aws:kms:REGION:ACCOUNT:key/ID`; CloudWatch Logs takes no alias";
            findings.push(Finding::error(Code::BadAddress, text.span, message).hint(hint));
            return None;
        }
    };
    Some(Spanned::new(encryption, text.span))
}

fn is_key_arn(text: &str) -> bool {
    let ["arn", partition, "kms", region, account, resource] = text.split(':').collect::<Vec<_>>()[..] else {
        return false;
    };
    let id = resource.strip_prefix("key/").unwrap_or_default();
    let letters = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    partition.starts_with("aws") && is_region(region) && is_account(account) && !id.is_empty() && letters
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An AWS Region, by its shape: new ones appear without a new version of Skywarden.
pub(crate) fn region(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "an AWS Region", example: "region: eu-west-1" };
    let region = scalar::text(node, &expected, findings)?;
    checked(region, is_region, "AWS Region", "write it as `eu-west-1`", findings)
}

/// A twelve-digit account number, as text: a bare number may begin with a 0 that YAML drops.
pub(crate) fn account(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "an AWS account number in quotes", example: "account: \"111122223333\"" };
    let account = scalar::text(node, &expected, findings)?;
    let digits = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
    checked(account, digits, "AWS account number", "write its twelve digits in quotes: `\"111122223333\"`", findings)
}

/// The id of an organization of AWS Organizations.
pub(crate) fn organization(node: &Node, findings: &mut Findings) -> Option<Spanned<String>> {
    let expected = Expected { what: "the id of an organization", example: "organization: o-a1b2c3d4e5" };
    let organization = scalar::text(node, &expected, findings)?;
    // Source: AWS Organizations, `Organization`, `Id`.
    let allowed = |text: &str| {
        let rest = text.strip_prefix("o-").unwrap_or_default();
        (10..=32).contains(&rest.len()) && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    checked(organization, allowed, "organization's id", "write it as `o-a1b2c3d4e5`, as AWS Organizations shows it", findings)
}

fn is_region(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else { return false };
    let digits = !number.is_empty() && number.len() <= 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    let letters = words.iter().all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()));
    digits && letters && words.len() >= 2
}

fn checked(text: Spanned<String>, allowed: impl Fn(&str) -> bool, what: &str, hint: &str, findings: &mut Findings) -> Option<Spanned<String>> {
    if allowed(&text.value) {
        return Some(text);
    }
    let article = if what.starts_with(['A', 'a', 'e', 'i', 'o']) { "an" } else { "a" };
    let message = format!("`{}` is not {article} {what}", shortened(&text.value));
    findings.push(Finding::error(Code::BadAddress, text.span, message).hint(hint));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_addresses() {
        for text in ["oncall@example.com", "a.b+c@mail.example.co.uk"] {
            assert!(is_email(text), "{text}");
        }
        let long = format!("{}@example.com", "a".repeat(MAX_EMAIL - 11));
        for text in ["oncall", "@example.com", "a@b", "a b@example.com", "A <a@example.com>", "a@@example.com", "a@exam..ple.com", &long] {
            assert!(!is_email(text), "{text}");
        }
        assert!(is_email(&long[1..]));
    }

    #[test]
    fn phone_numbers() {
        for text in ["+4915112345678", "+14155552671", "+12345678", "+123456789012345"] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["4915112345678", "+0155552671", "+1234567", "+1234567890123456", "+49 151 12345678", "+49-151-12345678", "0049151123456", "+"] {
            assert!(!is_phone(text), "{text}");
        }
    }

    #[test]
    fn regions_by_shape() {
        for text in ["eu-west-1", "us-gov-east-1", "ap-southeast-7"] {
            assert!(is_region(text), "{text}");
        }
        for text in ["", "eu", "eu-1", "EU-west-1", "eu-west-1a", "eu--1", "eu-west-"] {
            assert!(!is_region(text), "{text}");
        }
    }

    #[test]
    fn keys_are_arns_of_keys() {
        assert!(is_key_arn("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"));
        for text in ["arn:aws:kms:eu-west-1:111122223333:alias/logs", "arn:aws:kms:eu-west-1:1:key/a", "arn:aws:kms:eu-west-1:111122223333:key/", "key/a"] {
            assert!(!is_key_arn(text), "{text}");
        }
    }
}

//! Entities: the kinds of secrets and personal data that are recognised by their value or by the name of their key.

use std::fmt;

macro_rules! entities {
    ($($variant:ident $name:literal $default:literal $summary:literal)*) => {
        /// A kind of secret or personal data. Names follow `CloudWatch` Logs' managed data identifiers where those have one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Entity {
            $(#[doc = $summary] $variant,)*
        }

        impl Entity {
            /// Every entity, in the order of the documentation.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in configs and counts: `email-address`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether it is masked when the config says nothing of it.
            pub const fn on_by_default(self) -> bool {
                match self { $(Self::$variant => $default,)* }
            }

            /// One line on what it is.
            pub const fn summary(self) -> &'static str {
                match self { $(Self::$variant => $summary,)* }
            }
        }
    };
}

entities! {
    Secret "secret" true "The value of a key whose name says that it is secret."
    EmailAddress "email-address" true "An e-mail address."
    CreditCardNumber "credit-card-number" true "A payment card number: issuer, length and check digit fit."
    Iban "iban" true "An international bank account number: country, length and checksum fit."
    SsnUs "ssn-us" true "A social security number of the United States, with its separators."
    PhoneNumber "phone-number" true "A phone number, international or with separators."
    IpAddress "ip-address" false "An IPv4 or IPv6 address."
    Jwt "jwt" true "A JSON Web Token."
    HttpCredential "http-credential" true "What follows `Bearer` or `Basic`."
    AwsAccessKeyId "aws-access-key-id" true "The id of an AWS access key."
    AwsSecretKey "aws-secret-key" true "An AWS secret key beside the id of its access key."
    GithubToken "github-token" true "A GitHub token."
    GitlabToken "gitlab-token" true "A GitLab token."
    SlackToken "slack-token" true "A Slack token or webhook path."
    StripeKey "stripe-key" true "A secret key of Stripe."
    GoogleKey "google-key" true "A Google API key, client secret or access token."
    ApiToken "api-token" true "A token of another service that can be told by its prefix."
    PrivateKey "private-key" true "A private key as PEM, OpenSSH, PGP or `PuTTY` write it."
    UrlUserinfo "url-userinfo" true "User and password in a URL."
    SignedUrl "signed-url" true "Signature or credential in the query of a signed URL."
}

impl Entity {
    /// The entity of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|entity| entity.name() == name)
    }

    /// This entity's bit in a set of entities.
    pub(super) const fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_lead_back_and_fit_the_set() {
        let names: BTreeSet<_> = Entity::ALL.iter().map(|entity| entity.name()).collect();
        assert_eq!(names.len(), Entity::ALL.len());
        assert!(Entity::ALL.iter().all(|entity| Entity::from_name(entity.name()) == Some(*entity)));
        assert!(Entity::ALL.len() <= 32);
    }
}

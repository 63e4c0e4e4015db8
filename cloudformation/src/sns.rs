//! `AWS::SNS::*`: topics, subscriptions and topic policies.

use serde_json::Value as Json;

use crate::iam::PolicyDocument;
use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::SNS::Topic`. `Ref` is the ARN.
    pub struct Topic {
        optional {
            /// 1..=256 of letters, digits, `-` and `_`; FIFO names end in `.fifo`.
            topic_name: Option<Expr>,
            /// Sender name of text messages and e-mail, at most 100 characters.
            display_name: Option<Expr>,
            /// Key id, ARN or alias the messages are encrypted with.
            kms_master_key_id: Option<Expr>,
            /// Ordered and deduplicated delivery.
            fifo_topic: Option<Value<bool>>,
            /// FIFO: deduplicate by content.
            content_based_deduplication: Option<Value<bool>>,
            /// FIFO: `Topic` or `MessageGroup`.
            fifo_throughput_scope: Option<Expr>,
            /// Bytes a message may have.
            maximum_message_size: Option<Value<u32>>,
            /// `1` (SHA-1) or `2` (SHA-256).
            signature_version: Option<Expr>,
            /// `Active` or `PassThrough`.
            tracing_config: Option<Expr>,
            /// Subscriptions of the topic's own; prefer [`Subscription`].
            subscription: List<InlineSubscription>,
            /// FIFO: keeps messages for replay.
            archive_policy: Option<Json>,
            /// Audits and masks sensitive data.
            data_protection_policy: Option<Json>,
            /// Delivery logs, kept as read.
            delivery_status_logging: List<Json>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// A subscription inside its topic.
    pub struct InlineSubscription {
        required {
            /// Where to.
            endpoint: Expr,
            /// How.
            protocol: Value<Protocol>,
        }
        optional {
        }
    }
}

words! {
    /// How a topic delivers.
    pub enum Protocol {
        /// Text for people.
        Email = "email",
        /// The whole envelope by mail.
        EmailJson = "email-json",
        /// POST over TLS.
        Https = "https",
        /// POST in clear.
        Http = "http",
        /// A queue.
        Sqs = "sqs",
        /// A function.
        Lambda = "lambda",
        /// A text message.
        Sms = "sms",
        /// A mobile app.
        Application = "application",
        /// A delivery stream.
        Firehose = "firehose",
    }
}

shape! {
    /// `AWS::SNS::Subscription`. `Ref` is its ARN.
    pub struct Subscription {
        required {
            /// The topic.
            topic_arn: Expr,
            /// How.
            protocol: Value<Protocol>,
        }
        optional {
            /// Where to: address, URL or ARN.
            endpoint: Option<Expr>,
            /// Which messages: a JSON object.
            filter_policy: Option<Json>,
            /// What the filter looks at.
            filter_policy_scope: Option<Value<FilterPolicyScope>>,
            /// Without SNS's envelope.
            raw_message_delivery: Option<Value<bool>>,
            /// Queue of what could not be delivered: `{"deadLetterTargetArn": …}`.
            redrive_policy: Option<Json>,
            /// HTTP retries.
            delivery_policy: Option<Json>,
            /// FIFO: from where to replay.
            replay_policy: Option<Json>,
            /// Region of a topic elsewhere.
            region: Option<Expr>,
            /// For delivery streams.
            subscription_role_arn: Option<Expr>,
        }
    }
}

words! {
    /// What a filter policy looks at.
    pub enum FilterPolicyScope {
        /// Message attributes: the default.
        MessageAttributes = "MessageAttributes",
        /// The body, when it is JSON.
        MessageBody = "MessageBody",
    }
}

shape! {
    /// `AWS::SNS::TopicPolicy`: who may publish.
    pub struct TopicPolicy {
        required {
            /// The policy.
            policy_document: Value<PolicyDocument>,
            /// ARNs of the topics it is set on.
            topics: List<Expr>,
        }
        optional {
        }
    }
}

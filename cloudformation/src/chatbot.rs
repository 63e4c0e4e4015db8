//! Amazon Q Developer in chat applications, formerly AWS Chatbot: channels that receive what topics publish.
//!
//! The workspace or tenant must have been authorised once in the console; no template can do that.

use crate::shape::{shape, words};
use crate::{Expr, List, Tag, Value};

shape! {
    /// `AWS::Chatbot::SlackChannelConfiguration`. `Ref` is its ARN.
    pub struct SlackChannel {
        required {
            /// 1..=128 of letters, digits, `-` and `_`.
            configuration_name: Expr,
            /// Workspace, as Slack and the console show it.
            slack_workspace_id: Expr,
            /// Channel.
            slack_channel_id: Expr,
            /// Role that commands in the channel run with.
            iam_role_arn: Expr,
        }
        optional {
            /// Topics whose messages are delivered to the channel.
            sns_topic_arns: List<Expr>,
            /// Managed policies that bound what the channel may do; without one, `AdministratorAccess`.
            guardrail_policies: List<Expr>,
            /// What of the deliveries is logged.
            logging_level: Option<Value<LoggingLevel>>,
            /// Whether each person needs a role of their own.
            user_role_required: Option<Value<bool>>,
            /// Custom actions.
            customization_resource_arns: List<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

shape! {
    /// `AWS::Chatbot::MicrosoftTeamsChannelConfiguration`. `Ref` is its ARN.
    pub struct TeamsChannel {
        required {
            /// 1..=128 of letters, digits, `-` and `_`.
            configuration_name: Expr,
            /// Tenant, a UUID.
            teams_tenant_id: Expr,
            /// Team, a UUID.
            team_id: Expr,
            /// Channel, percent-encoded as in its link.
            teams_channel_id: Expr,
            /// Role that commands in the channel run with.
            iam_role_arn: Expr,
        }
        optional {
            /// Topics whose messages are delivered to the channel.
            sns_topic_arns: List<Expr>,
            /// Managed policies that bound what the channel may do; without one, `AdministratorAccess`.
            guardrail_policies: List<Expr>,
            /// What of the deliveries is logged.
            logging_level: Option<Value<LoggingLevel>>,
            /// Whether each person needs a role of their own.
            user_role_required: Option<Value<bool>>,
            /// Custom actions.
            customization_resource_arns: List<Expr>,
            /// Tags.
            tags: List<Tag>,
        }
    }
}

words! {
    /// What is logged, in CloudWatch Logs of us-east-1.
    pub enum LoggingLevel {
        /// Failures.
        Error = "ERROR",
        /// Everything.
        Info = "INFO",
        /// Nothing: the default.
        None = "NONE",
    }
}

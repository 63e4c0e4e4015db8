//! `AWS::Lambda::Permission`.

use crate::Expr;
use crate::Value;
use crate::shape::shape;

shape! {
    /// `AWS::Lambda::Permission`: one statement of a function's resource policy, whose sum is at most 20,480 bytes.
    pub struct Permission {
        required {
            /// `lambda:InvokeFunction`.
            action: Expr,
            /// Name or ARN.
            function_name: Expr,
            /// `logs.amazonaws.com`, an account, a role.
            principal: Expr,
        }
        optional {
            /// The calling resource; wildcards allowed.
            source_arn: Option<Expr>,
            /// The account that owns it: guards against another's resource of the same name.
            source_account: Option<Expr>,
            /// An organization.
            #[serde(rename = "PrincipalOrgID")]
            principal_org_id: Option<Expr>,
            /// Alexa's token.
            event_source_token: Option<Expr>,
            /// `AWS_IAM` or `NONE`, for function URLs.
            function_url_auth_type: Option<Expr>,
            /// Only through the function URL.
            invoked_via_function_url: Option<Value<bool>>,
        }
    }
}

impl Permission {
    /// Lets a service invoke a function.
    pub fn invoke(function_name: impl Into<Expr>, service: impl Into<Expr>) -> Self {
        Self::new("lambda:InvokeFunction", function_name, service)
    }
}

//! What can be wrong with a template.

use std::fmt;

use crate::shape::words;

/// One thing AWS would refuse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The resource, parameter or output; none when it is about the template as a whole.
    pub logical_id: Option<String>,
    /// Which rule.
    pub rule: Rule,
    /// What was found and what is allowed: lower-case, no full stop.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.logical_id {
            Some(logical_id) => write!(out, "{logical_id}: {}", self.message),
            None => out.write_str(&self.message),
        }
    }
}

words! {
    /// The rules of [`crate::Template::check`]; each quota is a constant of [`crate::limits`].
    pub enum Rule {
        /// More than [`crate::limits::RESOURCES`].
        Resources = "resources",
        /// More than [`crate::limits::PARAMETERS`].
        Parameters = "parameters",
        /// More than [`crate::limits::OUTPUTS`].
        Outputs = "outputs",
        /// More than [`crate::limits::MAPPINGS`].
        Mappings = "mappings",
        /// More than [`crate::limits::TEMPLATE_BYTES`].
        TemplateSize = "template-size",
        /// More than [`crate::limits::DESCRIPTION_BYTES`].
        Description = "description",
        /// Not 1 to [`crate::limits::LOGICAL_ID_CHARACTERS`] letters and digits.
        LogicalId = "logical-id",
        /// More than [`crate::limits::PARAMETER_VALUE_BYTES`].
        ParameterValue = "parameter-value",
        /// More than [`crate::limits::DYNAMIC_REFERENCES`].
        DynamicReferences = "dynamic-references",
        /// A `Ref`, `Fn::GetAtt`, `Fn::Sub`, `DependsOn` or condition that leads nowhere.
        DanglingReference = "dangling-reference",
        /// Two resources of a kind with one name.
        SameName = "same-name",
        /// Too long a name, by kind.
        Name = "name",
        /// More than [`crate::limits::TAGS`].
        Tags = "tags",
        /// More than [`crate::limits::ALARM_DESCRIPTION_CHARACTERS`].
        AlarmDescription = "alarm-description",
        /// More than [`crate::limits::ALARM_ACTIONS`] for one state.
        AlarmActions = "alarm-actions",
        /// More than [`crate::limits::DIMENSIONS`] or, on a metric filter, [`crate::limits::FILTER_DIMENSIONS`].
        Dimensions = "dimensions",
        /// Neither in [`crate::limits::HIGH_RESOLUTION_PERIODS`] nor a multiple of 60.
        AlarmPeriod = "alarm-period",
        /// Looks back longer than [`crate::limits::ALARM_WINDOW_SECONDS`] or [`crate::limits::SHORT_ALARM_WINDOW_SECONDS`].
        AlarmWindow = "alarm-window",
        /// More datapoints to alarm than evaluation periods, or none.
        DatapointsToAlarm = "datapoints-to-alarm",
        /// More than [`crate::limits::ALARM_METRICS`], or not exactly one query that returns data.
        AlarmMetrics = "alarm-metrics",
        /// Beyond [`crate::limits::ALARM_RULE_CHARACTERS`], [`crate::limits::ALARM_RULE_CHILDREN`] or [`crate::limits::ALARM_RULE_ELEMENTS`].
        AlarmRule = "alarm-rule",
        /// Beyond [`crate::limits::MUTE_RULE_ALARMS`] or [`crate::limits::MUTE_MINUTES`], or a schedule that cannot be read.
        MuteRule = "mute-rule",
        /// A log alarm beyond [`crate::limits::LOG_ALARM_RESULTS`], [`crate::limits::LOG_ALARM_LOG_GROUPS`],
        /// [`crate::limits::LOG_ALARM_AGGREGATION_CHARACTERS`] or [`crate::limits::LOG_ALARM_LOOK_BACK_SECONDS`].
        LogAlarm = "log-alarm",
        /// The dashboard's body is no dashboard body.
        DashboardBody = "dashboard-body",
        /// More than [`crate::limits::DASHBOARD_WIDGETS`].
        DashboardWidgets = "dashboard-widgets",
        /// Beyond [`crate::limits::WIDGET_METRICS`] or [`crate::limits::DASHBOARD_METRICS`].
        DashboardMetrics = "dashboard-metrics",
        /// More than [`crate::limits::DASHBOARD_VARIABLES`].
        DashboardVariables = "dashboard-variables",
        /// More than [`crate::limits::WIDGET_ALARMS`], or none.
        WidgetAlarms = "widget-alarms",
        /// A widget off the grid.
        WidgetPlace = "widget-place",
        /// More than [`crate::limits::METRIC_FILTERS`] on a group.
        MetricFilters = "metric-filters",
        /// More than [`crate::limits::SUBSCRIPTION_FILTERS`] on a group.
        SubscriptionFilters = "subscription-filters",
        /// More than [`crate::limits::FILTER_PATTERN_CHARACTERS`].
        FilterPattern = "filter-pattern",
        /// Not [`crate::limits::METRIC_TRANSFORMATIONS`], a default value beside dimensions, or too long a value.
        MetricTransformation = "metric-transformation",
        /// Not one of [`crate::limits::RETENTION_DAYS`].
        Retention = "retention",
        /// A filter on a group whose class has none.
        LogGroupClass = "log-group-class",
        /// More than [`crate::limits::QUERY_CHARACTERS`].
        Query = "query",
        /// More than [`crate::limits::FUNCTION_POLICY_BYTES`].
        FunctionPolicy = "function-policy",
        /// More than [`crate::limits::ENVIRONMENT_BYTES`].
        FunctionEnvironment = "function-environment",
        /// Beyond [`crate::limits::FUNCTION_TIMEOUT_SECONDS`] or [`crate::limits::FUNCTION_MEMORY_MB`].
        FunctionSize = "function-size",
        /// More than [`crate::limits::ROLE_POLICY_CHARACTERS`] or [`crate::limits::ROLE_MANAGED_POLICIES`].
        RolePolicy = "role-policy",
        /// More than [`crate::limits::MANAGED_POLICY_CHARACTERS`].
        ManagedPolicy = "managed-policy",
        /// More than [`crate::limits::TRUST_POLICY_CHARACTERS`].
        TrustPolicy = "trust-policy",
        /// More than [`crate::limits::KEY_POLICY_BYTES`].
        KeyPolicy = "key-policy",
        /// More than [`crate::limits::BUCKET_POLICY_BYTES`].
        BucketPolicy = "bucket-policy",
        /// A queue's times or counts beyond [`crate::limits::VISIBILITY_TIMEOUT_SECONDS`],
        /// [`crate::limits::MESSAGE_RETENTION_SECONDS`] or [`crate::limits::MAX_RECEIVE_COUNT`].
        Queue = "queue",
        /// Beyond [`crate::limits::OBJECTIVE_DESCRIPTION_CHARACTERS`] or [`crate::limits::OBJECTIVE_PERIOD_SECONDS`].
        Objective = "objective",
        /// Beyond [`crate::limits::STREAM_RETENTION_HOURS`] or [`crate::limits::STREAM_SHARDS`], or provisioned without a number of shards.
        Stream = "stream",
        /// Beyond [`crate::limits::ACCOUNT_POLICY_CHARACTERS`] or [`crate::limits::ACCOUNT_POLICY_SELECTION_BYTES`].
        AccountPolicy = "account-policy",
        /// More than [`crate::limits::DESTINATION_POLICY_BYTES`].
        DestinationPolicy = "destination-policy",
        /// More than [`crate::limits::SSM_VALUE_BYTES`] in the standard tier.
        SsmValue = "ssm-value",
    }
}

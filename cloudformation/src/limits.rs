//! Quotas AWS enforces, each one constant with its source. [`crate::Template::check`] applies them.
//!
//! "docs" is AWS's documentation as of November 2026; quotas marked adjustable can be raised by request,
//! and are applied at their default.

/// Resources a template may declare (docs: `cloudformation-limits`).
pub const RESOURCES: usize = 500;

/// Parameters a template may declare (docs: `cloudformation-limits`).
pub const PARAMETERS: usize = 200;

/// Outputs a template may declare (docs: `cloudformation-limits`).
pub const OUTPUTS: usize = 200;

/// Mappings a template may declare (docs: `cloudformation-limits`).
pub const MAPPINGS: usize = 200;

/// Bytes of a template given in the request itself (docs: `cloudformation-limits`).
pub const INLINE_TEMPLATE_BYTES: usize = 51_200;

/// Bytes of a template read from S3: 1 MB (docs: `cloudformation-limits`).
pub const TEMPLATE_BYTES: usize = 1_000_000;

/// Bytes of a template's description (docs: `cloudformation-limits`).
pub const DESCRIPTION_BYTES: usize = 1_024;

/// Characters of a logical id, a parameter's or an output's name; letters and digits only (docs: `cloudformation-limits`).
pub const LOGICAL_ID_CHARACTERS: usize = 255;

/// Bytes of a parameter's value (docs: `cloudformation-limits`).
pub const PARAMETER_VALUE_BYTES: usize = 4_096;

/// `{{resolve:…}}` a template may hold (docs: `cloudformation-limits`).
pub const DYNAMIC_REFERENCES: usize = 60;

/// Tags of a resource (docs: resource tags).
pub const TAGS: usize = 50;

/// Characters of an alarm's name (docs: `PutMetricAlarm` and `PutCompositeAlarm`, `AlarmName`).
pub const ALARM_NAME_CHARACTERS: usize = 255;

/// Characters of an alarm's description (docs: `PutMetricAlarm`, `AlarmDescription`).
pub const ALARM_DESCRIPTION_CHARACTERS: usize = 1_024;

/// Actions of an alarm for one state (docs: `PutMetricAlarm`, `AlarmActions`).
pub const ALARM_ACTIONS: usize = 5;

/// Dimensions of a metric (docs: `PutMetricAlarm`, `Dimensions`).
pub const DIMENSIONS: usize = 30;

/// Metrics of a math alarm, expressions aside (docs: `PutMetricAlarm`, `Metrics`).
pub const ALARM_METRICS: usize = 10;

/// Periods below a minute that an alarm may have, in seconds; any other is a multiple of 60 (docs: `PutMetricAlarm`, `Period`).
pub const HIGH_RESOLUTION_PERIODS: [u32; 3] = [10, 20, 30];

/// Seconds an alarm may look back, period times evaluation periods: seven days (docs: `PutMetricAlarm`, `EvaluationPeriods`).
pub const ALARM_WINDOW_SECONDS: u64 = 604_800;

/// The same for periods below [`LONG_PERIOD_SECONDS`]: one day (docs: `PutMetricAlarm`, `EvaluationPeriods`).
pub const SHORT_ALARM_WINDOW_SECONDS: u64 = 86_400;

/// Longest period of an alarm on an anomaly band, seconds: one hour (docs: `Using CloudWatch anomaly detection`).
pub const ANOMALY_PERIOD_SECONDS: u32 = 3_600;

/// Longest warm-up of an alarm, minutes: two days (docs: `PutMetricAlarm`, `WarmUpConfiguration`).
pub const WARM_UP_MINUTES: u32 = 2_880;

/// From here on an alarm's period is long: one hour (docs: `PutMetricAlarm`, `EvaluationPeriods`).
pub const LONG_PERIOD_SECONDS: u32 = 3_600;

/// Characters of the name of an objective of Application Signals (docs: `AWS::ApplicationSignals::ServiceLevelObjective`, `Name`).
pub const OBJECTIVE_NAME_CHARACTERS: usize = 128;

/// Characters of its description (docs: `AWS::ApplicationSignals::ServiceLevelObjective`, `Description`).
pub const OBJECTIVE_DESCRIPTION_CHARACTERS: usize = 1_024;

/// Seconds of a period it is judged by, least and most (docs: `AWS::ApplicationSignals::ServiceLevelObjective`, `PeriodSeconds`).
pub const OBJECTIVE_PERIOD_SECONDS: std::ops::RangeInclusive<u32> = 60..=900;

/// Characters of a composite alarm's rule (docs: `PutCompositeAlarm`, `AlarmRule`).
pub const ALARM_RULE_CHARACTERS: usize = 10_240;

/// Alarms a composite alarm's rule may name (docs: `PutCompositeAlarm`).
pub const ALARM_RULE_CHILDREN: usize = 100;

/// Elements of a composite alarm's rule: alarms, `TRUE`, `FALSE` and parentheses (docs: `PutCompositeAlarm`).
pub const ALARM_RULE_ELEMENTS: usize = 500;

/// Composite alarms that may name the same alarm (docs: `PutCompositeAlarm`, `cloudwatch_limits`).
pub const COMPOSITES_PER_CHILD: usize = 150;

/// Alarms of a mute rule (docs: `PutAlarmMuteRule`).
pub const MUTE_RULE_ALARMS: usize = 100;

/// Characters of a mute rule's name (docs: `AWS::CloudWatch::AlarmMuteRule`, `Name`).
pub const MUTE_RULE_NAME_CHARACTERS: usize = 255;

/// Minutes for which a mute rule may hold each time: one minute to 15 days (docs: `API_Schedule` of `CloudWatch`, `Duration`).
pub const MUTE_MINUTES: std::ops::RangeInclusive<u32> = 1..=21_600;

/// Characters of the expression of a mute rule's schedule (docs: `API_Schedule` of `CloudWatch`, `Expression`).
pub const MUTE_EXPRESSION_CHARACTERS: usize = 256;

/// Characters of the time zone of a mute rule (docs: `API_Schedule` of `CloudWatch`, `Timezone`).
pub const MUTE_TIME_ZONE_CHARACTERS: usize = 50;

/// Characters of a dashboard's name (docs: `AWS::CloudWatch::Dashboard`, `DashboardName`).
pub const DASHBOARD_NAME_CHARACTERS: usize = 255;

/// Widgets of a dashboard (docs: `CloudWatch-Dashboard-Body-Structure`).
pub const DASHBOARD_WIDGETS: usize = 500;

/// Metrics and expressions of one widget (docs: `cloudwatch_limits`).
pub const WIDGET_METRICS: usize = 500;

/// Metrics of a dashboard, those used only in expressions too (docs: `cloudwatch_limits`).
pub const DASHBOARD_METRICS: usize = 2_500;

/// Variables of a dashboard (docs: `CloudWatch-Dashboard-Body-Structure`).
pub const DASHBOARD_VARIABLES: usize = 25;

/// Alarms of an alarm widget (docs: `CloudWatch-Dashboard-Body-Structure`).
pub const WIDGET_ALARMS: usize = 100;

/// Rows a widget may span (docs: `CloudWatch-Dashboard-Body-Structure`).
pub const WIDGET_HEIGHT: u32 = 1_000;

/// Metric filters of a log group (docs: `cloudwatch_limits_cwl`).
pub const METRIC_FILTERS: usize = 100;

/// Subscription filters of a log group (docs: `cloudwatch_limits_cwl`).
pub const SUBSCRIPTION_FILTERS: usize = 2;

/// Results a log alarm may look at (docs: `AWS::CloudWatch::LogAlarm`, `QueryResultsToEvaluate`).
pub const LOG_ALARM_RESULTS: u32 = 100;

/// Log groups of a log alarm (docs: `AWS::CloudWatch::LogAlarm`, `LogGroupIdentifiers`).
pub const LOG_ALARM_LOG_GROUPS: usize = 50;

/// Characters of the aggregation of a log alarm: the documentation names 256 and 2,048, and the lower one holds for sure
/// (docs: `API_ScheduledQueryConfiguration`, `AggregationExpression`).
pub const LOG_ALARM_AGGREGATION_CHARACTERS: usize = 256;

/// Fields by which a log alarm may group (docs: CloudWatch user guide, log alarms).
pub const LOG_ALARM_FIELDS: usize = 5;

/// Seconds a log alarm's query may look back: 30 days (schema of `AWS::CloudWatch::LogAlarm`, `StartTimeOffset`).
pub const LOG_ALARM_LOOK_BACK_SECONDS: u32 = 2_592_000;

/// Characters of the name of an account policy (docs: `PutAccountPolicy`, `policyName`).
pub const ACCOUNT_POLICY_NAME_CHARACTERS: usize = 256;

/// Characters of the document of an account policy (docs: `PutAccountPolicy`, `policyDocument`).
pub const ACCOUNT_POLICY_CHARACTERS: usize = 30_720;

/// Bytes of the selection of an account policy: 25 KB (docs: `PutAccountPolicy`, `selectionCriteria`).
pub const ACCOUNT_POLICY_SELECTION_BYTES: usize = 25_000;

/// Characters of the name of a destination (docs: `PutDestination`, `destinationName`).
pub const DESTINATION_NAME_CHARACTERS: usize = 512;

/// Bytes of the access policy of a destination (docs: `PutDestinationPolicy`, `accessPolicy`).
pub const DESTINATION_POLICY_BYTES: usize = 5_120;

/// Characters of a filter pattern (docs: `PutMetricFilter`, `filterPattern`).
pub const FILTER_PATTERN_CHARACTERS: usize = 1_024;

/// Transformations of a metric filter: exactly this many (docs: `AWS::Logs::MetricFilter`).
pub const METRIC_TRANSFORMATIONS: usize = 1;

/// Dimensions of a metric filter (docs: `AWS::Logs::MetricFilter`, `Dimensions`).
pub const FILTER_DIMENSIONS: usize = 3;

/// Characters of a metric filter's value (docs: `AWS::Logs::MetricFilter`, `MetricValue`).
pub const METRIC_VALUE_CHARACTERS: usize = 100;

/// Characters of a log group's name (docs: `CreateLogGroup`, `logGroupName`).
pub const LOG_GROUP_NAME_CHARACTERS: usize = 512;

/// Characters of a saved query (docs: `PutQueryDefinition`, `queryString`).
pub const QUERY_CHARACTERS: usize = 10_000;

/// Days a log group may keep its events (docs: `PutRetentionPolicy`); without any it keeps them for ever.
pub const RETENTION_DAYS: [u32; 22] = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// Bytes of a function's resource policy (docs: Lambda `AddPermission`, `PolicyLengthExceededException`).
pub const FUNCTION_POLICY_BYTES: usize = 20_480;

/// Bytes of a function's environment variables, names and values (docs: `gettingstarted-limits`).
pub const ENVIRONMENT_BYTES: usize = 4_096;

/// Characters of a function's name (docs: `CreateFunction`, `FunctionName`).
pub const FUNCTION_NAME_CHARACTERS: usize = 64;

/// Seconds a function may run (docs: `gettingstarted-limits`).
pub const FUNCTION_TIMEOUT_SECONDS: u32 = 900;

/// Megabytes a function may have, least and most (docs: `gettingstarted-limits`).
pub const FUNCTION_MEMORY_MB: std::ops::RangeInclusive<u32> = 128..=10_240;

/// Characters of a role's inline policies together, white space aside (docs: `reference_iam-quotas`).
pub const ROLE_POLICY_CHARACTERS: usize = 10_240;

/// Characters of a managed policy, white space aside (docs: `reference_iam-quotas`).
pub const MANAGED_POLICY_CHARACTERS: usize = 6_144;

/// Characters of a role's trust policy, white space aside; adjustable to 8,192 (docs: `reference_iam-quotas`).
pub const TRUST_POLICY_CHARACTERS: usize = 2_048;

/// Managed policies of a role; adjustable to 25 (docs: `reference_iam-quotas`).
pub const ROLE_MANAGED_POLICIES: usize = 10;

/// Characters of a role's name (docs: `reference_iam-quotas`).
pub const ROLE_NAME_CHARACTERS: usize = 64;

/// Bytes of a key's policy: 32 KB (docs: KMS `PutKeyPolicy`).
pub const KEY_POLICY_BYTES: usize = 32_768;

/// Bytes of a bucket's policy: 20 KB (docs: S3 `bucket-policies`).
pub const BUCKET_POLICY_BYTES: usize = 20_480;

/// Characters of a topic's name (docs: SNS `CreateTopic`).
pub const TOPIC_NAME_CHARACTERS: usize = 256;

/// Characters of the name of a chat channel's configuration (docs: `AWS::Chatbot::SlackChannelConfiguration`, `ConfigurationName`).
pub const CHAT_CONFIGURATION_NAME_CHARACTERS: usize = 128;

/// Characters of a queue's name (docs: SQS `CreateQueue`).
pub const QUEUE_NAME_CHARACTERS: usize = 80;

/// Seconds a received message may stay hidden: twelve hours (docs: SQS `SetQueueAttributes`).
pub const VISIBILITY_TIMEOUT_SECONDS: u32 = 43_200;

/// Seconds a queue may keep a message, least and most: one minute to 14 days (docs: SQS `SetQueueAttributes`).
pub const MESSAGE_RETENTION_SECONDS: std::ops::RangeInclusive<u32> = 60..=1_209_600;

/// Receives before a message goes to the dead-letter queue, least and most (docs: SQS `RedrivePolicy`).
pub const MAX_RECEIVE_COUNT: std::ops::RangeInclusive<u32> = 1..=1_000;

/// Characters of a stream's name (docs: Kinesis `CreateStream`, `StreamName`).
pub const STREAM_NAME_CHARACTERS: usize = 128;

/// Hours a stream may keep a record, least and most: one day to a year (docs: Kinesis `service-sizes-and-limits`).
pub const STREAM_RETENTION_HOURS: std::ops::RangeInclusive<u32> = 24..=8_760;

/// Shards of an account's provisioned streams where the quota is the smallest; adjustable, 20,000 in the largest Regions
/// (docs: Kinesis `service-sizes-and-limits`).
pub const STREAM_SHARDS: u32 = 1_000;

/// Bytes a second into one shard: 1 MB (docs: Kinesis `service-sizes-and-limits`).
pub const SHARD_BYTES_IN: u32 = 1_000_000;

/// Records a second into one shard (docs: Kinesis `service-sizes-and-limits`).
pub const SHARD_RECORDS_IN: u32 = 1_000;

/// Bytes a second out of one shard, all consumers without a throughput of their own together: 2 MB (docs: Kinesis `service-sizes-and-limits`).
pub const SHARD_BYTES_OUT: u32 = 2_000_000;

/// Bytes a second an on-demand stream grows to: 200 MB, more in some Regions (docs: Kinesis `service-sizes-and-limits`).
pub const ON_DEMAND_BYTES_IN: u32 = 200_000_000;

/// Characters of a schedule's name (docs: Scheduler `CreateSchedule`).
pub const SCHEDULE_NAME_CHARACTERS: usize = 64;

/// Bytes of a standard parameter's value (docs: SSM `PutParameter`).
pub const SSM_VALUE_BYTES: usize = 4_096;

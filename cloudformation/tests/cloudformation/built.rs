//! A template as the generator builds them: the shapes that matter, by way of the constructors.

use indexmap::IndexMap;
use skywarden_cloudformation::application_signals::{
    DurationUnit, Goal, Interval, MonitoredRequestCountMetric, RequestBasedSli, RequestBasedSliMetric, RollingInterval, ServiceLevelObjective,
};
use skywarden_cloudformation::chatbot::{LoggingLevel, SlackChannel, TeamsChannel};
use skywarden_cloudformation::cloudwatch::{
    Alarm, AlarmMuteRule, ComparisonOperator, CompositeAlarm, Dashboard, Dimension, LogAlarm, Metric, MetricDataQuery, MetricStat, MuteRule, MuteSchedule,
    MuteTargets, ScheduleConfiguration, ScheduledQueryConfiguration, TreatMissingData,
};
use skywarden_cloudformation::dashboard::{Body, MetricWidget, Render, Row, Widget};
use skywarden_cloudformation::dynamodb::{AttributeDefinition, AttributeType, BillingMode, KeyElement, KeyType, PointInTimeRecovery, Table, TimeToLive};
use skywarden_cloudformation::iam::{InlinePolicy, ManagedPolicy, PolicyDocument, Principal, Role, Statement};
use skywarden_cloudformation::kinesis::{Stream, StreamEncryption, StreamMode, StreamModeDetails};
use skywarden_cloudformation::kms::{Alias, Key};
use skywarden_cloudformation::lambda::{
    Architecture, Code, Destination, EnvironmentVariables, EventInvokeConfig, EventSourceMapping, Function, InvokeDestinations, LogFormat, Logging, Permission,
};
use skywarden_cloudformation::logs::{
    AccountPolicy, AccountPolicyType, Destination as LogsDestination, FilterDimension, LogGroup, MetricFilter, MetricTransformation, QueryDefinition,
    SubscriptionFilter,
};
use skywarden_cloudformation::s3::{
    Bucket, BucketAlgorithm, BucketEncryption, BucketPolicy, DefaultEncryption, EncryptionRule, Lifecycle, LifecycleRule, PublicAccessBlock, RuleStatus,
};
use skywarden_cloudformation::scheduler::{FlexibleMode, FlexibleTimeWindow, Schedule, Target};
use skywarden_cloudformation::sns::{Protocol, Subscription, Topic, TopicPolicy};
use skywarden_cloudformation::sqs::{Queue, QueuePolicy, RedrivePolicy};
use skywarden_cloudformation::ssm::{Parameter as Stored, ParameterKind};
use skywarden_cloudformation::template::FORMAT_VERSION;
use skywarden_cloudformation::{Condition, Expr, Parameter, Pseudo, Resource, Tag, Template};

/// One resource of every typed kind, connected as in a real stack.
pub(crate) fn template() -> Template {
    let mut template = Template {
        format_version: Some(FORMAT_VERSION.into()),
        description: Some("shop, prod".into()),
        parameters: IndexMap::from([("Stage".to_owned(), Parameter::string("prod"))]),
        conditions: IndexMap::from([("IsProd".to_owned(), Condition::equals(Expr::reference("Stage"), "prod"))]),
        ..Template::default()
    };
    storage(&mut template);
    messaging(&mut template);
    function(&mut template);
    logs(&mut template);
    watching(&mut template);
    template.add_output("FunctionArn", Expr::get_att("Extractor", "Arn"));
    template
}

fn storage(template: &mut Template) {
    let key = Key {
        enable_key_rotation: Some(true.into()),
        key_policy: Some(
            PolicyDocument::of([Statement::allow("kms:*", "*").to(Principal::aws(Expr::sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")))]).into(),
        ),
        ..Key::default()
    };
    template.add("Key", Resource::new(key).retained());
    template.add("KeyAlias", Resource::new(Alias::new("alias/shop", Expr::reference("Key"))));
    let table = Table {
        table_name: Some("shop-issues".into()),
        attribute_definitions: [AttributeDefinition::new("pk", AttributeType::String)].into(),
        billing_mode: Some(BillingMode::PayPerRequest.into()),
        time_to_live_specification: Some(TimeToLive { attribute_name: Some("expiry".into()), ..TimeToLive::new(true) }.into()),
        point_in_time_recovery_specification: Some(PointInTimeRecovery::new(true).into()),
        ..Table::new([KeyElement::new("pk", KeyType::Hash)])
    };
    template.add("Issues", Resource::new(table).retained());
    let encryption = DefaultEncryption { kms_master_key_id: Some(Expr::get_att("Key", "Arn")), ..DefaultEncryption::new(BucketAlgorithm::Kms) };
    let bucket = Bucket {
        bucket_encryption: Some(
            BucketEncryption::new([EncryptionRule {
                server_side_encryption_by_default: Some(encryption.into()),
                bucket_key_enabled: Some(true.into()),
                ..EncryptionRule::default()
            }])
            .into(),
        ),
        public_access_block_configuration: Some(PublicAccessBlock::all().into()),
        lifecycle_configuration: Some(
            Lifecycle::new([LifecycleRule { expiration_in_days: Some(30.into()), ..LifecycleRule::new(RuleStatus::Enabled) }]).into(),
        ),
        ..Bucket::default()
    };
    template.add("Residue", Resource::new(bucket).retained());
    let policy =
        PolicyDocument::of([Statement::deny("s3:*", [Expr::sub("${Residue.Arn}/*")]).to(Principal::Anyone).when("Bool", "aws:SecureTransport", "false")]);
    template.add("ResiduePolicy", Resource::new(BucketPolicy::new(Expr::reference("Residue"), policy)));
}

fn messaging(template: &mut Template) {
    let queue = Queue {
        redrive_policy: Some(RedrivePolicy::new(Expr::get_att("DeadLetters", "Arn"), 5).into()),
        kms_master_key_id: Some(Expr::reference("Key")),
        visibility_timeout: Some(180.into()),
        ..Queue::default()
    };
    template.add("DeadLetters", Resource::new(Queue::default()));
    template.add("Alerts", Resource::new(queue));
    let topic = Topic { topic_name: Some("shop-alarms".into()), ..Topic::default() };
    template.add("Alarms", Resource::new(topic));
    let publish = Statement::allow("sns:Publish", Expr::reference("Alarms")).to(Principal::service("cloudwatch.amazonaws.com")).when(
        "StringEquals",
        "aws:SourceAccount",
        Expr::from(Pseudo::AccountId),
    );
    let policy = TopicPolicy::new(PolicyDocument::of([publish]), [Expr::reference("Alarms")]);
    template.add("AlarmsPolicy", Resource::new(policy));
    let subscription = Subscription {
        endpoint: Some(Expr::get_att("Alerts", "Arn")),
        raw_message_delivery: Some(true.into()),
        ..Subscription::new(Expr::reference("Alarms"), Protocol::Sqs)
    };
    template.add("AlarmsToAlerts", Resource::new(subscription));
    let role = || Expr::get_att("ExtractorRole", "Arn");
    let slack = SlackChannel {
        sns_topic_arns: vec![Expr::reference("Alarms")].into(),
        guardrail_policies: vec![Expr::sub("arn:${AWS::Partition}:iam::aws:policy/AWSDenyAll")].into(),
        logging_level: Some(LoggingLevel::Error.into()),
        ..SlackChannel::new("shop-ops", "T0123ABCD", "C0123ABCD", role())
    };
    template.add("Slack", Resource::new(slack));
    let tenant = "1234abcd-12ab-34cd-56ef-1234567890ab";
    template.add("Teams", Resource::new(TeamsChannel::new("shop-ops", tenant, tenant, "19%3Aabc%40thread.tacv2", role())));
    let send = Statement::allow("sqs:SendMessage", Expr::get_att("Alerts", "Arn")).to(Principal::service("sns.amazonaws.com")).when(
        "ArnEquals",
        "aws:SourceArn",
        Expr::reference("Alarms"),
    );
    let policy = QueuePolicy::new(PolicyDocument::of([send]), [Expr::reference("Alerts")]);
    template.add("AlertsPolicy", Resource::new(policy));
}

fn function(template: &mut Template) {
    let put = Statement::allow("cloudwatch:PutMetricData", "*").when("StringEquals", "cloudwatch:namespace", "Shop");
    let role = Role {
        policies: [InlinePolicy::new("metrics", PolicyDocument::of([put]))].into(),
        path: Some("/shop/".into()),
        ..Role::new(PolicyDocument::assumed_by("lambda.amazonaws.com"))
    };
    template.add("ExtractorRole", Resource::new(role));
    let read = Statement::allow("dynamodb:Query", Expr::get_att("Issues", "Arn"));
    let policy = ManagedPolicy { path: Some("/shop/".into()), ..ManagedPolicy::new(PolicyDocument::of([read])) };
    template.add("IssuesPolicy", Resource::new(policy));
    let function = Function {
        function_name: Some("shop-metrics-extractor".into()),
        runtime: Some("provided.al2023".into()),
        handler: Some("bootstrap".into()),
        architectures: [Architecture::Arm64.into()].into(),
        memory_size: Some(256.into()),
        timeout: Some(30.into()),
        environment: Some(
            EnvironmentVariables { variables: IndexMap::from([("TABLE".to_owned(), Expr::reference("Issues"))]), ..EnvironmentVariables::default() }.into(),
        ),
        logging_config: Some(Logging { log_format: Some(LogFormat::Json.into()), ..Logging::default() }.into()),
        tags: [Tag::new("project", "shop")].into(),
        ..Function::new(Code::LocalPath("assets/metrics-extractor".into()), Expr::get_att("ExtractorRole", "Arn"))
    };
    template.add("Extractor", Resource::new(function));
    let permission = Permission {
        source_account: Some(Pseudo::AccountId.into()),
        source_arn: Some(Expr::sub("arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:*")),
        ..Permission::invoke(Expr::reference("Extractor"), "logs.amazonaws.com")
    };
    template.add("ExtractorPermission", Resource::new(permission));
    let failure = Destination::new(Expr::get_att("Residue", "Arn"));
    let invoke = EventInvokeConfig {
        maximum_retry_attempts: Some(1.into()),
        destination_config: Some(InvokeDestinations { on_failure: Some(failure.into()), ..InvokeDestinations::default() }.into()),
        ..EventInvokeConfig::new(Expr::reference("Extractor"), "$LATEST")
    };
    template.add("ExtractorInvoke", Resource::new(invoke));
    let mapping = EventSourceMapping {
        event_source_arn: Some(Expr::get_att("Alerts", "Arn")),
        function_response_types: ["ReportBatchItemFailures".into()].into(),
        ..EventSourceMapping::new(Expr::reference("Extractor"))
    };
    template.add("AlertsToExtractor", Resource::new(mapping));
    let target = Target::new(Expr::get_att("Extractor", "Arn"), Expr::get_att("ExtractorRole", "Arn"));
    let schedule = Schedule::new("rate(1 minute)", FlexibleTimeWindow::new(FlexibleMode::Off), target);
    template.add("Tick", Resource::new(schedule));
    let stored = Stored { name: Some("/shop/plan".into()), ..Stored::new(ParameterKind::String, Expr::sub("${AWS::StackName}")) };
    template.add("Plan", Resource { condition: Some("IsProd".into()), ..Resource::new(stored) });
}

fn logs(template: &mut Template) {
    let group = LogGroup {
        log_group_name: Some("/shop/checkout".into()),
        retention_in_days: Some(90.into()),
        kms_key_id: Some(Expr::get_att("Key", "Arn")),
        ..LogGroup::default()
    };
    template.add("CheckoutLogs", Resource::new(group).retained());
    let subscription = SubscriptionFilter::new(Expr::reference("CheckoutLogs"), Expr::get_att("Extractor", "Arn"), r#"?ERROR ?"Task timed out""#);
    template.add("CheckoutErrors", Resource::new(subscription).after("ExtractorPermission"));
    let stream = Stream {
        stream_mode_details: Some(StreamModeDetails::new(StreamMode::OnDemand).into()),
        stream_encryption: Some(StreamEncryption::new("KMS", Expr::get_att("Key", "Arn")).into()),
        ..Stream::default()
    };
    template.add("Stream", Resource::new(stream));
    let policy = AccountPolicy {
        selection_criteria: Some(Expr::sub(r#"LogGroupName NOT IN ["/aws/lambda/${Extractor}"]"#)),
        ..AccountPolicy::new("shop", AccountPolicyType::SubscriptionFilter, Expr::sub(r#"{"DestinationArn":"${Extractor.Arn}","FilterPattern":""}"#))
    };
    template.add("EveryGroup", Resource::new(policy));
    let destination = LogsDestination {
        destination_policy: Some(Expr::sub(
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"${AWS::AccountId}"},"Action":"logs:PutSubscriptionFilter","Resource":"*"}]}"#,
        )),
        ..LogsDestination::new("shop", Expr::get_att("ExtractorRole", "Arn"), Expr::get_att("Stream", "Arn"))
    };
    template.add("OfOtherAccounts", Resource::new(destination));
    let transformation = MetricTransformation {
        dimensions: [FilterDimension::new("Currency", "$.currency")].into(),
        unit: Some("None".into()),
        ..MetricTransformation::new("OrderValue", "Shop", "$.amount")
    };
    let filter = MetricFilter::new(Expr::reference("CheckoutLogs"), r#"{ $.event = "order_placed" }"#, [transformation]);
    template.add("OrderValue", Resource::new(filter));
    let query = QueryDefinition {
        log_group_names: [Expr::reference("CheckoutLogs")].into(),
        ..QueryDefinition::new("shop/errors", "fields @timestamp, @message | filter level = 'ERROR'")
    };
    template.add("ErrorsQuery", Resource::new(query));
}

fn watching(template: &mut Template) {
    let dimensions = [Dimension::new("FunctionName", Expr::reference("Extractor"))];
    let alarm = Alarm {
        alarm_name: Some("shop-extractor-errors".into()),
        namespace: Some("AWS/Lambda".into()),
        metric_name: Some("Errors".into()),
        dimensions: dimensions.clone().into(),
        statistic: Some("Sum".into()),
        period: Some(60.into()),
        threshold: Some(0.into()),
        comparison_operator: Some(ComparisonOperator::GreaterThanThreshold.into()),
        evaluation_periods: Some(5.into()),
        datapoints_to_alarm: Some(3.into()),
        treat_missing_data: Some(TreatMissingData::NotBreaching.into()),
        alarm_actions: [Expr::reference("Alarms")].into(),
        ok_actions: [Expr::reference("Alarms")].into(),
        ..Alarm::default()
    };
    template.add("ExtractorErrors", Resource::new(alarm));
    let stat = |name: &str| MetricStat::new(Metric::of("AWS/Lambda", name, dimensions.clone()), 60, "Sum");
    let input = |id: &str, name: &str| MetricDataQuery { metric_stat: Some(stat(name).into()), return_data: Some(false.into()), ..MetricDataQuery::new(id) };
    let rate = MetricDataQuery {
        expression: Some("100 * errors / calls".into()),
        label: Some("error rate".into()),
        return_data: Some(true.into()),
        ..MetricDataQuery::new("rate")
    };
    let math = Alarm {
        alarm_name: Some("shop-extractor-error-rate".into()),
        metrics: [input("errors", "Errors"), input("calls", "Invocations"), rate].into(),
        threshold: Some(2.5.into()),
        comparison_operator: Some(ComparisonOperator::GreaterThanThreshold.into()),
        evaluation_periods: Some(3.into()),
        ..Alarm::default()
    };
    template.add("ExtractorErrorRate", Resource::new(math));
    let counted = |id: &str, name: &str| MetricDataQuery { metric_stat: Some(stat(name).into()), ..MetricDataQuery::new(id) };
    let bad = MonitoredRequestCountMetric { bad_count_metric: [counted("bad", "Errors")].into(), ..MonitoredRequestCountMetric::default() };
    let counts = RequestBasedSliMetric {
        total_request_count_metric: [counted("all", "Invocations")].into(),
        monitored_request_count_metric: Some(bad.into()),
        ..RequestBasedSliMetric::default()
    };
    let days = Interval { rolling_interval: Some(RollingInterval::new(DurationUnit::Day, 30).into()), ..Interval::default() };
    let objective = ServiceLevelObjective {
        request_based_sli: Some(RequestBasedSli::new(counts).into()),
        goal: Some(Goal { attainment_goal: Some(99.9.into()), interval: Some(days.into()), ..Goal::default() }.into()),
        ..ServiceLevelObjective::new("shop-extractor")
    };
    template.add("ExtractorObjective", Resource::new(objective));
    let composite = CompositeAlarm {
        alarm_name: Some("shop-extractor".into()),
        ..CompositeAlarm::new(Expr::sub("ALARM(\"${ExtractorErrors}\") OR ALARM(\"${ExtractorErrorRate}\")"))
    };
    template.add("Extractor2", Resource::new(composite));
    let schedule = MuteSchedule { timezone: Some("Europe/Berlin".into()), ..MuteSchedule::new("cron(0 2 * * SUN)", "PT2H") };
    let night = AlarmMuteRule {
        name: Some("shop-night".into()),
        mute_targets: Some(MuteTargets::new([Expr::reference("Extractor2")]).into()),
        ..AlarmMuteRule::new(MuteRule::new(schedule))
    };
    template.add("Night", Resource::new(night));
    let asked = ScheduledQueryConfiguration {
        log_group_identifiers: vec!["/ecs/shop".into()].into(),
        ..ScheduledQueryConfiguration::new(
            "filter bot = 1",
            "count(*) by client",
            Expr::get_att("ExtractorRole", "Arn"),
            ScheduleConfiguration::new("rate(5 minutes)", 300),
        )
    };
    let robots = LogAlarm { alarm_name: Some("shop-robots".into()), ..LogAlarm::new(asked, ComparisonOperator::GreaterThanThreshold, 100.0, 3, 2) };
    template.add("Robots", Resource::new(robots));
    let row = Row::metric("Shop", "OrderValue", [("Currency", "EUR")]).with(Render { label: Some("EUR ${MAX}".into()), ..Render::default() });
    let widget = MetricWidget { metrics: vec![row], ..MetricWidget::new("${AWS::Region}") };
    let body = Body::new(vec![Widget::new(0, 0, 12, 6, widget)]);
    let dashboard = Dashboard { dashboard_name: Some("shop-overview".into()), ..Dashboard::new(body.to_expr().expect("a body is JSON")) };
    template.add("Overview", Resource::new(dashboard));
}

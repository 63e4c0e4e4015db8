"""Starts the overlay and checks, through botocore, the patches that need no Lambda function to run.

A stand-in for our matcher keeps this test apart from the Rust build: its pattern is a substring, ``{``-patterns look
for their text between the braces, and a pattern with ``!`` is refused. The real matcher has tests of its own.

Run with the Python that has the pinned requirements: ``python -m unittest`` in this directory.
"""

import functools
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.request
from pathlib import Path

import botocore.session
from botocore.exceptions import ClientError

HERE = Path(__file__).resolve().parent
ACCOUNT, REGION = "000000000000", "us-east-1"
STAND_IN = """
import json, sys
def field(message, selector):
    return json.loads(message).get(selector[2:]) if message.startswith("{") else None
def embedded(message):
    document = json.loads(message) if message.startswith("{") else {}
    if "_aws" not in document:
        return {"samples": [], "violations": {"EMFParsingErrors": 1}}
    directive, at = document["_aws"]["CloudWatchMetrics"][0], document["_aws"]["Timestamp"]
    about = {"namespace": directive["Namespace"], "unit": "None", "timestamp": at}
    dimensions = {name: document[name] for name in directive["Dimensions"][0]}
    names = [metric["Name"] for metric in directive["Metrics"]]
    about["dimensions"] = dimensions
    samples = [{**about, "name": name, "values": (v := document[name]), "counts": [2] * len(v)} for name in names]
    return {"samples": samples, "violations": {}}
for line in sys.stdin:
    request = json.loads(line)
    if "embedded" in request:
        print(json.dumps({"embedded": [embedded(message) for message in request["embedded"]]}), flush=True)
        continue
    pattern, messages = request["pattern"].strip("{} "), request["messages"]
    answer = {"error": "bad character !"} if "!" in pattern else {"matches": [pattern in m for m in messages]}
    if "value" in request and "error" not in answer:
        value = request["value"]
        answer["values"] = [field(m, value) if value[0] == "$" else float(value) for m in messages]
        wanted = request["dimensions"].items()
        answer["dimensions"] = [{n: field(m, s) for n, s in wanted if field(m, s) is not None} for m in messages]
    print(json.dumps(answer), flush=True)
"""
TOPIC_ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
QUEUE_ARN = f"arn:aws:sqs:{REGION}:{ACCOUNT}:people"


def allow(service: str, action: str, resource: str) -> dict:
    """A resource policy that lets one service do one thing."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": action, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}


def alarm(name: str, **properties) -> dict:
    """The template resource of an alarm over the sum of one metric."""
    defaults = {"Namespace": "T", "MetricName": "M", "Statistic": "Sum", "Period": 60, "Threshold": 5}
    defaults |= {"EvaluationPeriods": 1, "ComparisonOperator": "GreaterThanThreshold"}
    return {"Type": "AWS::CloudWatch::Alarm", "Properties": {"AlarmName": name, **defaults, **properties}}


def eventually(look, seconds: float = 10.0):
    """The first truthy result of ``look()``, tried for ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"nothing came of it in {seconds} seconds")


@functools.cache
def session(protocol: str | None):
    """A botocore session; with a protocol, its CloudWatch clients speak that one instead of JSON."""
    made = botocore.session.get_session()
    if protocol:
        model = made.get_component("data_loader").load_service_model("cloudwatch", "service-2")
        model["metadata"]["protocols"] = [protocol]
    return made


@functools.cache
def client(service: str, key: str, secret: str, protocol: str | None):
    """A client of the server under test; making one costs more than most tests."""
    return session(protocol).create_client(
        service, REGION, endpoint_url=overlay.url, aws_access_key_id=key, aws_secret_access_key=secret
    )


class Overlay:
    """One running server with ``AUTH=true``."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.scratch = tempfile.TemporaryDirectory()
        stand_in = Path(self.scratch.name, "stand_in.py")
        stand_in.write_text(STAND_IN)
        self.url = f"http://127.0.0.1:{port}"
        environment = {
            **os.environ,
            "AUTH": "true",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.url,
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "127.0.0.1",
            "SKYWARDEN_ALARM_SECONDS": "0.2",
            "SKYWARDEN_FILTER_SERVER": f"{sys.executable} {stand_in}",
        }
        self.log = Path(self.scratch.name, "server.log")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "overlay" / "__main__.py")],
                cwd=self.scratch.name,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def is_up(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the server ended: {self.log.read_text()}")
        try:
            with urllib.request.urlopen(f"{self.url}/_ministack/health", timeout=1) as answer:
                return answer.status == 200
        except OSError:
            return False

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)
        self.scratch.cleanup()


def setUpModule() -> None:
    """Starts the one server that all tests share; each test uses names of its own."""
    global overlay
    overlay = Overlay()
    unittest.addModuleCleanup(overlay.stop)
    eventually(overlay.is_up, 30)


class Server(unittest.TestCase):
    """What the tests need to talk to the server."""

    protocol: str | None = None

    def client(self, service: str, key: str = "test", secret: str = "test"):
        return client(service, key, secret, self.protocol)

    def assert_refused(self, code: str, text: str, call, **request):
        with self.assertRaises(ClientError) as refused:
            call(**request)
        self.assertEqual(refused.exception.response["Error"]["Code"], code)
        self.assertIn(text, refused.exception.response["Error"]["Message"])

    def deploy(self, name: str, resources: dict) -> str:
        """Creates a stack and gives its final status and the reasons of what failed."""
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
        status = eventually(
            lambda: (
                (s := cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
                and not s.endswith("IN_PROGRESS")
                and s
            )
        )
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
        reasons = [e.get("ResourceStatusReason", "") for e in events if e["ResourceStatus"].endswith("FAILED")]
        return " ".join([status, *reasons])

    def total(self, namespace: str, metric: str, statistic: str = "Sum", **dimensions: str) -> float | None:
        query = {
            "Metric": {
                "Namespace": namespace,
                "MetricName": metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions.items()],
            },
            "Stat": statistic,
            "Period": 86_400,
        }
        now = time.time()
        answer = self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "m", "MetricStat": query}], StartTime=now - 3_600, EndTime=now + 60
        )
        return next(iter(answer["MetricDataResults"][0]["Values"]), None)

    def group(self, name: str) -> None:
        logs = self.client("logs")
        logs.create_log_group(logGroupName=name)
        logs.create_log_stream(logGroupName=name, logStreamName="s")

    def write(self, group: str, *messages: str) -> None:
        now = int(time.time() * 1000)
        events = [{"timestamp": now, "message": message} for message in messages]
        self.client("logs").put_log_events(logGroupName=group, logStreamName="s", logEvents=events)


class Metrics(Server):
    """In the JSON protocol, which botocore prefers."""

    def named(self, name: str) -> str:
        """A name that the same test in another protocol does not use."""
        return f"{name}-{type(self).__name__}"

    def test_values_and_counts_keep_their_distribution(self):
        datum = {"MetricName": "M", "Values": [1.0, 50.0], "Counts": [98.0, 2.0]}
        self.client("cloudwatch").put_metric_data(Namespace=self.named("Counts"), MetricData=[datum])
        found = {
            name: self.total(self.named("Counts"), "M", name)
            for name in ("SampleCount", "Sum", "p50", "p99", "PR(:10)")
        }
        self.assertEqual(found, {"SampleCount": 100, "Sum": 198, "p50": 1, "p99": 50, "PR(:10)": 98})

    def test_a_compressed_request_is_read(self):
        data = [{"MetricName": "M", "Dimensions": [{"Name": "N", "Value": str(n)}], "Value": 1.0} for n in range(999)]
        self.client("cloudwatch").put_metric_data(Namespace=self.named("Large"), MetricData=data)
        self.assertEqual(self.total(self.named("Large"), "M", N="998"), 1)

    def test_a_metric_is_its_exact_dimensions(self):
        data = [{"MetricName": "M", "Dimensions": [{"Name": "N", "Value": "a"}], "Value": 1.0}]
        self.client("cloudwatch").put_metric_data(Namespace=self.named("Exact"), MetricData=data)
        self.assertIsNone(self.total(self.named("Exact"), "M"))

    def test_an_expression_is_evaluated(self):
        cloudwatch = self.client("cloudwatch")
        data = [{"MetricName": "E", "Value": 1.0}, {"MetricName": "R", "Value": 4.0}]
        cloudwatch.put_metric_data(Namespace=self.named("Rate"), MetricData=data)
        queries = [{"Id": "rate", "Expression": "100 * e / r"}]
        for name in ("E", "R"):
            stat = {"Metric": {"Namespace": self.named("Rate"), "MetricName": name}, "Stat": "Sum", "Period": 86_400}
            queries.append({"Id": name.lower(), "MetricStat": stat, "ReturnData": False})
        now = time.time()
        answer = cloudwatch.get_metric_data(MetricDataQueries=queries, StartTime=now - 60, EndTime=now + 60)
        self.assertEqual([(r["Id"], r["Values"]) for r in answer["MetricDataResults"]], [("rate", [25.0])])

    def test_a_conditioned_grant_covers_its_namespace_alone(self):
        iam = self.client("iam")
        iam.create_user(UserName=self.named("publisher"))
        grant = {"Effect": "Allow", "Action": "cloudwatch:PutMetricData", "Resource": "*"}
        grant["Condition"] = {"StringLike": {"cloudwatch:namespace": ["Granted/prod*"]}}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
        iam.put_user_policy(UserName=self.named("publisher"), PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName=self.named("publisher"))["AccessKey"]
        cloudwatch = self.client("cloudwatch", key["AccessKeyId"], key["SecretAccessKey"])
        data = [{"MetricName": "M", "Value": 1.0}]
        cloudwatch.put_metric_data(Namespace=self.named("Granted/prod"), MetricData=data)
        self.assert_refused(
            "AccessDeniedException",
            "not authorized",
            cloudwatch.put_metric_data,
            Namespace=self.named("Other"),
            MetricData=data,
        )


class MetricsInCbor(Metrics):
    """The same in the protocol of the Rust SDK."""

    protocol = "smithy-rpc-v2-cbor"

    def test_the_protocol_is_the_one_meant(self):
        self.assertEqual(self.client("cloudwatch").meta.service_model.resolved_protocol, self.protocol)


class Logs(Server):
    def test_a_grant_on_streams_of_a_name_covers_them_alone(self):
        self.group("named")
        iam = self.client("iam")
        iam.create_user(UserName="writer")
        group = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:named"
        streams = {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": f"{group}:log-stream:mine/*"}
        make = {"Effect": "Allow", "Action": "logs:CreateLogStream", "Resource": group}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [streams, make]})
        iam.put_user_policy(UserName="writer", PolicyName="p", PolicyDocument=policy)
        key = iam.create_access_key(UserName="writer")["AccessKey"]
        logs = self.client("logs", key["AccessKeyId"], key["SecretAccessKey"])
        events = [{"timestamp": int(time.time() * 1000), "message": "m"}]
        for stream in ("mine/1", "yours"):
            logs.create_log_stream(logGroupName="named", logStreamName=stream)
        logs.put_log_events(logGroupName="named", logStreamName="mine/1", logEvents=events)
        self.assert_refused(
            "AccessDeniedException",
            "not authorized",
            logs.put_log_events,
            logGroupName="named",
            logStreamName="yours",
            logEvents=events,
        )

    def test_metric_filters_emit(self):
        self.group("filtered")
        logs = self.client("logs")
        by = {"Currency": "$.currency"}
        for name, pattern, transformation in (
            ("value", "{order}", {"metricName": "Value", "metricValue": "$.amount", "dimensions": by}),
            ("count", "ERROR", {"metricName": "Errors", "metricValue": "1", "defaultValue": 0.0, "unit": "Count"}),
        ):
            full = [{"metricNamespace": "Filtered", **transformation}]
            logs.put_metric_filter(
                logGroupName="filtered", filterName=name, filterPattern=pattern, metricTransformations=full
            )
        order = {"event": "order", "currency": "EUR"}
        self.write("filtered", json.dumps({**order, "amount": 12.5}), json.dumps(order), "ERROR one", "fine")
        self.assertEqual(self.total("Filtered", "Value", "SampleCount", Currency="EUR"), 1)
        self.assertEqual(self.total("Filtered", "Value", Currency="EUR"), 12.5)
        self.assertEqual((self.total("Filtered", "Errors"), self.total("Filtered", "Errors", "SampleCount")), (1, 4))
        self.assertEqual(self.total("AWS/Logs", "IncomingLogEvents", LogGroupName="filtered"), 4)

    def test_embedded_metrics_are_recorded(self):
        now = int(time.time() * 1000)
        directive = {"Namespace": "Embedded", "Dimensions": [["Service"]], "Metrics": [{"Name": "Time"}]}
        metadata = {"Timestamp": now, "CloudWatchMetrics": [directive]}
        line = json.dumps({"_aws": metadata, "Service": "api", "Time": [1.5, 2.5]})
        self.group("embedded")
        self.write("embedded", line, "ordinary", f"INFO {line}", line)
        self.assertEqual(self.total("Embedded", "Time", Service="api"), 16)
        self.assertEqual(self.total("Embedded", "Time", "SampleCount", Service="api"), 8)
        self.assertEqual(self.total("AWS/Logs", "EMFParsingErrors", LogGroupName="embedded"), 1)
        self.assertEqual(self.total("AWS/Logs", "IncomingLogEvents", LogGroupName="embedded"), 4)

    def test_embedded_metrics_need_a_standard_group(self):
        logs = self.client("logs")
        logs.create_log_group(logGroupName="infrequent", logGroupClass="INFREQUENT_ACCESS")
        logs.create_log_stream(logGroupName="infrequent", logStreamName="s")
        directive = {"Namespace": "Infrequent", "Dimensions": [[]], "Metrics": [{"Name": "Time"}]}
        metadata = {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]}
        self.write("infrequent", json.dumps({"_aws": metadata, "Time": [1.5]}))
        self.assertIsNone(self.total("Infrequent", "Time"))

    def test_bad_filters_are_refused(self):
        self.group("refusing")
        logs = self.client("logs")
        plain = {"metricNamespace": "N", "metricName": "M", "metricValue": "1"}
        for text, pattern, transformation in (
            ("bad character", "a!", plain),
            ("mutually exclusive", "{a}", {**plain, "dimensions": {"A": "$.a"}, "defaultValue": 0.0}),
            ("JSON or space-delimited", "a", {**plain, "dimensions": {"A": "$.a"}}),
            ("at most 3", "{a}", {**plain, "dimensions": {name: "$.a" for name in "ABCD"}}),
        ):
            with self.subTest(text):
                self.assert_refused(
                    "InvalidParameterException",
                    text,
                    logs.put_metric_filter,
                    logGroupName="refusing",
                    filterName="f",
                    filterPattern=pattern,
                    metricTransformations=[transformation],
                )
        self.assert_refused(
            "InvalidParameterException", "bad", logs.filter_log_events, logGroupName="refusing", filterPattern="!"
        )

    def test_a_subscription_needs_a_function_that_logs_may_invoke(self):
        self.group("subscribed")
        logs, functions = self.client("logs"), self.client("lambda")
        trust = json.dumps(allow("lambda.amazonaws.com", "sts:AssumeRole", "*"))
        role = self.client("iam").create_role(RoleName="subscriber", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        arn = functions.create_function(
            FunctionName="subscriber",
            Runtime="provided.al2023",
            Handler="bootstrap",
            Role=role,
            Code={"ZipFile": b"PK\x05\x06" + bytes(18)},
        )["FunctionArn"]
        request = {"logGroupName": "subscribed", "filterPattern": "", "destinationArn": arn}
        put = logs.put_subscription_filter
        code = "InvalidParameterException"
        self.assert_refused(code, "given CloudWatch Logs permission", put, filterName="one", **request)
        functions.add_permission(
            FunctionName="subscriber",
            StatementId="logs",
            Action="lambda:InvokeFunction",
            Principal="logs.amazonaws.com",
            SourceArn=f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:*",
            SourceAccount=ACCOUNT,
        )
        self.assert_refused(code, "bad character", put, filterName="one", **{**request, "filterPattern": "!"})
        put(filterName="one", **request)
        put(filterName="two", **request)
        self.assert_refused("LimitExceededException", "limit exceeded", put, filterName="three", **request)
        put(filterName="two", **{**request, "filterPattern": "x"})

    def test_queries_are_saved_and_patterns_tried(self):
        logs = self.client("logs")
        identifier = logs.put_query_definition(name="q", queryString="fields @message")["queryDefinitionId"]
        found = logs.describe_query_definitions(queryDefinitionNamePrefix="q")["queryDefinitions"]
        self.assertEqual([query["queryDefinitionId"] for query in found], [identifier])
        self.assertTrue(logs.delete_query_definition(queryDefinitionId=identifier)["success"])
        matches = logs.test_metric_filter(filterPattern="b", logEventMessages=["a", "b"])["matches"]
        self.assertEqual([match["eventNumber"] for match in matches], [2])


class Alarms(Server):
    def people(self) -> tuple:
        """A client and the URL of a queue that hears what is published to the topic of alarms."""
        sqs, sns = self.client("sqs"), self.client("sns")
        queue_policy = allow("sns.amazonaws.com", "sqs:SendMessage", QUEUE_ARN)
        url = sqs.create_queue(QueueName="people", Attributes={"Policy": json.dumps(queue_policy)})["QueueUrl"]
        sns.create_topic(Name="alarms")
        sns.subscribe(TopicArn=TOPIC_ARN, Protocol="sqs", Endpoint=QUEUE_ARN, Attributes={"RawMessageDelivery": "true"})
        return sqs, url

    def heard(self, sqs, url: str) -> list[dict]:
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    def test_an_error_rate_alarm_and_its_composite_reach_people(self):
        sqs, url = self.people()
        stats = [
            {
                "Id": name.lower(),
                "ReturnData": "false",
                "MetricStat": {"Metric": {"Namespace": "Paging", "MetricName": name}, "Stat": "Sum", "Period": 60},
            }
            for name in ("E", "R")
        ]
        rate = {
            "AlarmName": "rate",
            "Metrics": [{"Id": "rate", "Expression": "100 * FILL(e, 0) / r"}, *stats],
            "EvaluationPeriods": 1,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [TOPIC_ARN],
        }
        composite = {"AlarmName": "any", "AlarmRule": 'ALARM("rate")', "AlarmActions": [TOPIC_ARN]}
        resources = {
            "Rate": {"Type": "AWS::CloudWatch::Alarm", "Properties": rate},
            "Any": {"Type": "AWS::CloudWatch::CompositeAlarm", "DependsOn": ["Rate"], "Properties": composite},
        }
        self.assertEqual(self.deploy("paging", resources), "CREATE_COMPLETE")
        data = [{"MetricName": "E", "Value": 1.0}, {"MetricName": "R", "Value": 4.0}]
        self.client("cloudwatch").put_metric_data(Namespace="Paging", MetricData=data)
        pages = {}
        eventually(lambda: pages.update({p["AlarmName"]: p for p in self.heard(sqs, url)}) or len(pages) == 2)
        self.assertIn("[25.0] was greater than the threshold (5.0)", pages["rate"]["NewStateReason"])
        self.assertEqual(pages["any"]["TriggeringChildren"][0]["State"]["Value"], "ALARM")

    def test_a_topic_that_does_not_let_cloudwatch_publish_stays_silent(self):
        policy = json.dumps(allow("sns.amazonaws.com", "sns:Publish", f"arn:aws:sns:{REGION}:{ACCOUNT}:closed"))
        topic = self.client("sns").create_topic(Name="closed", Attributes={"Policy": policy})["TopicArn"]
        self.assertEqual(self.deploy("closed", {"A": alarm("closed", AlarmActions=[topic])}), "CREATE_COMPLETE")
        self.client("cloudwatch").set_alarm_state(AlarmName="closed", StateValue="ALARM", StateReason="by hand")
        eventually(lambda: "does not let cloudwatch.amazonaws.com publish" in overlay.log.read_text())

    def test_bad_alarms_are_refused_by_the_api_and_by_cloudformation(self):
        request = {**alarm("bad")["Properties"], "DatapointsToAlarm": 2}
        put = self.client("cloudwatch").put_metric_alarm
        self.assert_refused("ValidationError", "DatapointsToAlarm", put, **request)
        status = self.deploy("bad", {"A": alarm("bad", Period=7)})
        self.assertTrue(status.startswith("ROLLBACK_COMPLETE"), status)
        self.assertIn("multiple of 60", status)


class Templates(Server):
    def test_a_table_a_bucket_and_a_topic_keep_all_their_properties(self):
        table = {
            "TableName": "issues",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "TimeToLiveSpecification": {"AttributeName": "expiry", "Enabled": True},
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "SSESpecification": {
                "SSEEnabled": True,
                "SSEType": "KMS",
                "KMSMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
            },
        }
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Fn::GetAtt": ["Key", "Arn"]}}
        encryption = {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": rule}]}
        bucket = {"BucketName": "residue", "BucketEncryption": encryption}
        resources = {
            "Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}}},
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table},
            "Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket},
            "Topic": {
                "Type": "AWS::SNS::Topic",
                "Properties": {"TopicName": "sealed", "KmsMasterKeyId": {"Fn::GetAtt": ["Key", "Arn"]}},
            },
        }
        self.assertEqual(self.deploy("stateful", resources), "CREATE_COMPLETE")
        dynamodb = self.client("dynamodb")
        ttl = dynamodb.describe_time_to_live(TableName="issues")["TimeToLiveDescription"]
        self.assertEqual(ttl, {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiry"})
        backups = dynamodb.describe_continuous_backups(TableName="issues")["ContinuousBackupsDescription"]
        self.assertEqual(backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"], "ENABLED")
        key = dynamodb.describe_table(TableName="issues")["Table"]["SSEDescription"]["KMSMasterKeyArn"]
        answer = self.client("s3").put_object(Bucket="residue", Key="k", Body=b"")
        self.assertEqual(answer["SSEKMSKeyId"], key)
        topic = self.client("sns").get_topic_attributes(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:sealed")
        self.assertEqual(topic["Attributes"]["KmsMasterKeyId"], key)

    def test_a_log_group_needs_a_key_that_admits_logs_for_it(self):
        logs_may = {
            "Effect": "Allow",
            "Principal": {"Service": f"logs.{REGION}.amazonaws.com"},
            "Action": "kms:*",
            "Resource": "*",
            "Condition": {
                "ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/mine/*"}
            },
        }
        policy = {"Version": "2012-10-17", "Statement": [logs_may]}
        key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": policy}}

        def group(name: str) -> dict:
            properties = {"LogGroupName": name, "KmsKeyId": {"Fn::GetAtt": ["LogKey", "Arn"]}}
            return {"Type": "AWS::Logs::LogGroup", "Properties": properties}

        self.assertEqual(self.deploy("sealed-logs", {"LogKey": key, "G": group("/mine/a")}), "CREATE_COMPLETE")
        self.assertIn("not allowed to be used", self.deploy("others-logs", {"LogKey": key, "G": group("/other")}))
        groups = self.client("logs").describe_log_groups(logGroupNamePrefix="/mine/a")["logGroups"]
        refused = {"logGroupName": "/other", "kmsKeyId": groups[0]["kmsKeyId"]}
        create = self.client("logs").create_log_group
        self.assert_refused("InvalidParameterException", "'arn:aws:logs", create, **refused)
        create(logGroupName="/mine/b", kmsKeyId=groups[0]["kmsKeyId"])

    def test_a_batch_needs_the_action_of_one_message(self):
        sqs, iam = self.client("sqs"), self.client("iam")
        url = sqs.create_queue(QueueName="many")["QueueUrl"]
        iam.create_user(UserName="batcher")
        access = iam.create_access_key(UserName="batcher")["AccessKey"]
        batcher = self.client("sqs", access["AccessKeyId"], access["SecretAccessKey"])
        request = {"QueueUrl": url, "Entries": [{"Id": "1", "MessageBody": "x"}]}
        for action, allowed in (("sqs:DeleteMessage", False), ("sqs:SendMessage", True)):
            statement = {"Effect": "Allow", "Action": action, "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:many"}
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.put_user_policy(UserName="batcher", PolicyName="p", PolicyDocument=policy)
            with self.subTest(action):
                if allowed:
                    batcher.send_message_batch(**request)
                else:
                    self.assert_refused("AccessDenied", "not authorized", batcher.send_message_batch, **request)

    def test_an_encrypted_queue_needs_its_key_and_the_service_in_between(self):
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "sealed", "KmsMasterKeyId": {"Ref": "Key"}}}
        root = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        key = {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": [root]}}}
        self.assertEqual(self.deploy("sealed", {"Queue": queue, "Key": key}), "CREATE_COMPLETE")
        iam = self.client("iam")
        iam.create_user(UserName="sender")
        access = iam.create_access_key(UserName="sender")["AccessKey"]
        sqs = self.client("sqs", access["AccessKeyId"], access["SecretAccessKey"])
        url = self.client("sqs").get_queue_url(QueueName="sealed")["QueueUrl"]
        send = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": f"arn:aws:sqs:{REGION}:{ACCOUNT}:sealed"}
        use = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:GenerateDataKey"], "Resource": "*"}
        for service, allowed in ((None, False), ("sns", False), ("sqs", True)):
            through = {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.amazonaws.com"}}
            statements = [send, {**use, "Condition": through}] if service else [send]
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            iam.put_user_policy(UserName="sender", PolicyName="p", PolicyDocument=policy)
            with self.subTest(service=service):
                if allowed:
                    sqs.send_message(QueueUrl=url, MessageBody="x")
                    # The same permission covers the call for several.
                    batch = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": "a", "MessageBody": "x"}])
                    self.assertEqual(len(batch["Successful"]), 1)
                else:
                    code = "AccessDenied"
                    self.assert_refused(code, "not authorized", sqs.send_message, QueueUrl=url, MessageBody="x")

    def test_what_sns_cannot_deliver_goes_to_the_dead_letters(self):
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:dead"
        redrive = {"deadLetterTargetArn": arn}
        gone = {"TopicArn": {"Ref": "Topic"}, "Protocol": "sqs", "Endpoint": f"{arn}-not", "RedrivePolicy": redrive}
        policy = {"Queues": [{"Ref": "Dead"}], "PolicyDocument": allow("sns.amazonaws.com", "sqs:SendMessage", arn)}
        resources = {
            "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
            "Policy": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "route"}},
            "Gone": {"Type": "AWS::SNS::Subscription", "Properties": gone},
        }
        self.assertEqual(self.deploy("redriving", resources), "CREATE_COMPLETE")
        self.client("sns").publish(TopicArn=f"arn:aws:sns:{REGION}:{ACCOUNT}:route", Message="to nobody")
        sqs = self.client("sqs")
        url = sqs.get_queue_url(QueueName="dead")["QueueUrl"]
        message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
        self.assertEqual(json.loads(message["Body"])["Message"], "to nobody")

    def test_a_function_without_its_package_fails(self):
        self.client("s3").create_bucket(Bucket="assets")
        role = f"arn:aws:iam::{ACCOUNT}:role/any"
        code = {"S3Bucket": "assets", "S3Key": "absent.zip"}
        properties = {"Runtime": "provided.al2023", "Handler": "bootstrap", "Role": role, "Code": code}
        status = self.deploy("empty", {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}})
        self.assertIn("NoSuchKey", status)

    def test_a_filter_for_a_group_that_is_not_there_fails(self):
        properties = {"LogGroupName": "absent", "FilterPattern": "", "DestinationArn": "arn:aws:lambda:x:y:function:z"}
        status = self.deploy("absent", {"F": {"Type": "AWS::Logs::SubscriptionFilter", "Properties": properties}})
        self.assertIn("The specified log group does not exist: absent", status)


class Start(unittest.TestCase):
    def test_without_a_matcher_it_says_what_is_missing(self):
        environment = {key: value for key, value in os.environ.items() if key != "SKYWARDEN_FILTER_SERVER"}
        ended = subprocess.run(
            [sys.executable, "-m", "overlay"], cwd=HERE, env=environment, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(ended.returncode, 2)
        self.assertIn("overlay: SKYWARDEN_FILTER_SERVER is not set: name the program", ended.stderr)


if __name__ == "__main__":
    unittest.main()

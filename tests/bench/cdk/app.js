// Lambda functions with five alarms each, an API, a table, a queue and the dashboard of them, by cdk-monitoring-constructs.
//
// How many functions, N, and the directory to write, OUT, come from the environment. Whatever serves only the CDK's own tools is switched off, here and
// by CDK_VALIDATION and CDK_DISABLE_STACK_TRACE in the environment: what is measured is the way to the template.
"use strict";

const { App, Duration, Stack } = require("aws-cdk-lib");
const { HttpApi } = require("aws-cdk-lib/aws-apigatewayv2");
const { Table } = require("aws-cdk-lib/aws-dynamodb");
const lambda = require("aws-cdk-lib/aws-lambda");
const { Topic } = require("aws-cdk-lib/aws-sns");
const { Queue } = require("aws-cdk-lib/aws-sqs");
const { MonitoringFacade, SnsAlarmActionStrategy } = require("cdk-monitoring-constructs");

const REGION = "eu-west-1";
const ACCOUNT = "123456789012";

const count = Number(process.env.N);
if (!Number.isInteger(count) || count < 1 || !process.env.OUT) {
  throw new Error("N must be a number of functions and OUT a directory");
}

const app = new App({
  analyticsReporting: false,
  treeMetadata: false,
  outdir: process.env.OUT,
  // One stack for all, as the library has it: CloudFormation would refuse it beyond 500 resources, and so would the CDK.
  context: { "@aws-cdk/core:stackResourceLimit": 0 },
});
const stack = new Stack(app, "Monitoring", { env: { account: ACCOUNT, region: REGION } });
const topic = Topic.fromTopicArn(stack, "Alarms", `arn:aws:sns:${REGION}:${ACCOUNT}:bench-alarms`);
const facade = new MonitoringFacade(stack, "bench", {
  alarmFactoryDefaults: {
    actionsEnabled: true,
    alarmNamePrefix: "bench",
    action: new SnsAlarmActionStrategy({ onAlarmTopic: topic, onOkTopic: topic }),
  },
});

for (let number = 0; number < count; number += 1) {
  const name = `service-${String(number).padStart(4, "0")}`;
  facade.monitorLambdaFunction({
    lambdaFunction: lambda.Function.fromFunctionName(stack, name, name),
    addFaultRateAlarm: { critical: { maxErrorRate: 5 } },
    addFaultCountAlarm: { error: { maxErrorCount: 5 } },
    addLatencyP99Alarm: { warning: { maxLatency: Duration.seconds(1) } },
    addThrottlesCountAlarm: { error: { maxErrorCount: 0 } },
    addConcurrentExecutionsCountAlarm: { warning: { maxRunningTasks: 100 } },
  });
}
facade.monitorApiGatewayV2HttpApi({ api: HttpApi.fromHttpApiAttributes(stack, "Api", { httpApiId: "a1b2c3d4e5" }) });
facade.monitorDynamoTable({ table: Table.fromTableName(stack, "Table", "orders") });
facade.monitorSqsQueue({ queue: Queue.fromQueueArn(stack, "Queue", `arn:aws:sqs:${REGION}:${ACCOUNT}:order-events`) });
app.synth();

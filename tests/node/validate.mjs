// Validates CloudFormation templates offline with the CEL engine of @aws/cloudformation-validate.
//
//   node validate.mjs [--json] [--notes] TEMPLATE...
//
// Prints one line a finding: `path:line:column: severity rule logical-id property: message`, or with --json an array of
// {path, line, column, severity, rule, logicalId, property, message}. Notes (severity INFO and DEBUG) are printed with --notes only and never fail.
//
// Two kinds of findings are left out, each where the rule does not mean what it found:
// * a rule that the resource itself sets aside in its metadata, as cfn-lint reads it: `cfn-lint: {config: {ignore_checks: [...]}}`;
// * W9002 ("hardcoded ARN") on a property made by an intrinsic function: the engine fills in pseudo parameters before it looks, so
//   `arn:${AWS::Partition}:...:${AWS::AccountId}:...` reads as typed by hand. A literal ARN is still found.
//
// Exit codes: 0 clean, 1 at least one error or warning, 2 wrong usage or a template that could not be analysed to the end.

import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { CelEngine, TemplateFile } from "@aws/cloudformation-validate";

const FAILING = new Set(["FATAL", "ERROR", "WARN"]);

/** Whether the rule does not mean what it found; see the head of this file. */
function isSetAside(template, diagnostic) {
  const resource = template.Resources?.[diagnostic.entity?.logicalId];
  if (!resource) return false;
  if (resource.Metadata?.["cfn-lint"]?.config?.ignore_checks?.includes(diagnostic.ruleId)) return true;
  const property = /^Properties\.(\w+)$/.exec(diagnostic.propertyPath ?? "")?.[1];
  return diagnostic.ruleId === "W9002" && typeof resource.Properties?.[property] === "object";
}

/** The template as plain data; an empty one when it is no JSON, which the engine reports itself. */
function read(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
}

/** The finding as plain data, with every field present. */
function finding(path, diagnostic) {
  return {
    path,
    line: diagnostic.startLine ?? 1,
    column: diagnostic.startColumn ?? 1,
    severity: diagnostic.severity.toLowerCase(),
    rule: diagnostic.ruleId,
    logicalId: diagnostic.entity?.logicalId ?? "",
    property: diagnostic.propertyPath ?? "",
    message: diagnostic.message,
  };
}

function line(found) {
  const place = [found.logicalId, found.property].filter(Boolean).join(" ");
  return `${found.path}:${found.line}:${found.column}: ${found.severity} ${found.rule}${place ? ` ${place}` : ""}: ${found.message}`;
}

function main() {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean", default: false }, notes: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  if (positionals.length === 0) {
    console.error("no template given\nhint: node validate.mjs [--json] [--notes] TEMPLATE...");
    return 2;
  }
  const missing = positionals.filter((path) => !existsSync(path));
  if (missing.length > 0) {
    console.error(`no such file: ${missing.join(", ")}`);
    return 2;
  }

  const found = [];
  let failed = false;
  let incomplete = false;
  const engine = new CelEngine();
  try {
    for (const path of positionals) {
      const template = read(path);
      const report = engine.validateStandard(new TemplateFile(path));
      for (const diagnostic of report.diagnostics) {
        if (isSetAside(template, diagnostic)) continue;
        const fails = FAILING.has(diagnostic.severity);
        failed ||= fails;
        if (fails || values.notes) found.push(finding(path, diagnostic));
      }
      // An analysis cut short may have missed findings: never report it as clean.
      if (report.status !== "OK") {
        incomplete = true;
        console.error(`${path}: the analysis did not finish (${report.status})`);
      }
    }
  } finally {
    engine.free();
  }

  if (values.json) console.log(JSON.stringify(found, null, 2));
  else for (const each of found) console.log(line(each));
  if (!values.json && !failed && !incomplete) console.log(`${positionals.length} templates: no errors, no warnings`);
  if (incomplete) return 2;
  return failed ? 1 : 0;
}

process.exitCode = main();

/*
 * The access-log formats of a REST API as a namespace: `logFormat.json({ … logFormat.fields.requestId … })`.
 */
export { clf, csv, json, standard, xml, type LogRecord } from "./log-builder";
export { lint, sample, type LogFormatFinding, type LogFormatRule } from "./log-lint";
export { authorizerValue, claim, fields, type LogField } from "./log-variables";

/* CloudWatch Logs. The classes are generated from the registry's schemas. */
export { LogGroup, type LogGroupArgs, type LogGroupTagArgs } from "../generated/logs/log-group";
export { MetricFilter, type MetricFilterArgs } from "../generated/logs/metric-filter";

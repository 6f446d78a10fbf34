/* CloudWatch, as far as stages are watched by it. */
export { Alarm, type AlarmArgs } from "../generated/cloudwatch/alarm";
export { Dashboard, type DashboardArgs } from "../generated/cloudwatch/dashboard";

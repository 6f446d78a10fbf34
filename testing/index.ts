/*
 * The package's door for tests: a local Cloud Control inside the test's own process, and Pulumi mocks that answer with
 * what it would have made.
 */
export { startEmulator } from "../emulator";
export type {
  AlarmSnapshot,
  AlarmState,
  ArmedFault,
  Controls,
  Emulator,
  EmulatorOptions,
  Fault,
  FaultScope,
  HandlerErrorCode,
  Latency,
  ModelJson,
  Quirks,
  RequestRecord,
  ResourcePlace,
  ResourceSnapshot,
} from "../emulator";
export { mockCloudControl, type MockCloud, type MockedResource, type MockOptions, type RunOptions } from "./mock";
export { valueOf } from "./pulumi";

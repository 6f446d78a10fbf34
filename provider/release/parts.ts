import type { Bag } from "../bag";
import type { Wish } from "../core/release/wish";
import type { RegistrySchema } from "../core/schema";
import type { DynamicProvider } from "../dynamic";
import type { Alarms } from "../edge/alarms";
import type { BakeClock } from "../edge/bake-clock";
import type { Lifecycle } from "../lifecycle";
import type { Ports } from "../ports";
import type { Target } from "../target";
import type { WalkParts } from "./walk";

/** What the provider of releases is made of. */
export interface ReleaseParts {
  /** The provider of a stage without a release. */
  readonly plain: DynamicProvider;
  readonly lifecycle: Lifecycle;
  readonly ports: Ports;
  schema(typeName: string, target: Target): Promise<RegistrySchema | undefined>;
  /** Undefined where the SDK's client for CloudWatch is not installed. */
  alarms(target: Target): Alarms | undefined;
  hasAlarms(): boolean;
  readonly bakeClock: BakeClock;
  /** Whether the engine has died, so that nobody takes results any more. */
  isOrphan(): Promise<boolean>;
}

/** What one operation works with. */
export interface Run extends Omit<WalkParts, "clock" | "bakeClock"> {
  readonly bag: Bag;
  /** The state before it. */
  readonly before: Bag | undefined;
  readonly wish: Wish;
}

/** What the kinds of slots have in common: how AWS knows them, and what must come of them. */
import type { CustomResourceOptions } from "@pulumi/pulumi";
import { REGIONS, type Slot } from "./plan";

export type Model = Readonly<Record<string, unknown>>;

/** A live resource, as the emulator shows it. */
export interface Live {
  readonly typeName: string;
  readonly identifier: string;
  readonly region: string;
  readonly model: Model;
}

/** A resource that a slot must have in AWS, and what it owns of its model. */
export interface Expected {
  readonly typeName: string;
  readonly region: string;
  readonly is: (live: Live, all: readonly Live[]) => boolean;
  readonly owned: Model;
  /** What else its model must be. */
  readonly holds?: (model: Model) => boolean;
}

/** A resource of a slot, and what earlier programs owned of it. */
export interface Former extends Omit<Expected, "holds"> {
  readonly formerly: readonly Model[];
}

const SECRET = "S3CR3T";
/** A value that must be nowhere but in AWS. */
export const secretOf = ({ key, variant }: Slot): string => `${SECRET}-${key}-${String(variant)}`;
/** What every secret value of a sequence begins with. */
export const SECRET_MARK = `${SECRET}-`;

export const regionOf = (slot: Slot): string => REGIONS[slot.region] ?? REGIONS[0];
export const nameOf = ({ key, revision }: Slot): string => `${key}-${String(revision)}`;
/** The key of the slot that a live resource is of, where it shows that. */
export function keyOf({ typeName, model }: Live): string | undefined {
  const tags = Array.isArray(model.Tags) ? (model.Tags as { readonly Key: string; readonly Value: string }[]) : [];
  const name = typeName === "AWS::ApiGateway::RestApi" ? model.Name : tags.find(({ Key }) => Key === "slot")?.Value;
  return typeof name === "string" ? name.replace(/-\d+$/, "") : undefined;
}
export const aliasOf = (slot: Slot, part = ""): CustomResourceOptions =>
  slot.formerly === undefined ? {} : { aliases: slot.formerly.map((name) => ({ name: `${name}${part}` })) };

/** The stage whose logs are kept when the stage goes. */
export const KEPT_STAGE = "kept";
/** Whether a program leaves it behind on purpose: the logs of a `LoggingStage`. */
export const outlivesProgram = ({ typeName, identifier }: Live): boolean =>
  typeName === "AWS::Logs::LogGroup" && identifier.endsWith(`/${KEPT_STAGE}`);

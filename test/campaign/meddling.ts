/** What somebody else does in the account between two operations. */
import { randomUUID } from "node:crypto";
import type { Cloud } from "./cloud";
import type { Meddling } from "./plan";
import type { Live } from "./slots";

/** What the key of each tag begins with that somebody else sets. */
export const OTHERS_TAG = "else-";

interface Drift {
  readonly path: string;
  readonly value: unknown;
}

/** What somebody else changes of each type; the first of several is something that stays while a program changes. */
const DRIFTS: Readonly<Record<string, readonly [Drift, ...Drift[]]>> = {
  "AWS::Logs::LogGroup": [{ path: "/RetentionInDays", value: 14 }],
  "AWS::SQS::Queue": [
    { path: "/DelaySeconds", value: 14 },
    { path: "/VisibilityTimeout", value: 14 },
  ],
  "AWS::SSM::Parameter": [{ path: "/Value", value: "changed" }],
  "AWS::IAM::Role": [
    { path: "/MaxSessionDuration", value: 14_400 },
    { path: "/Description", value: "changed" },
  ],
  "AWS::ApiGateway::UsagePlan": [{ path: "/Description", value: "changed" }],
  "AWS::ApiGateway::Stage": [
    { path: "/TracingEnabled", value: false },
    { path: "/Description", value: "changed" },
  ],
  "AWS::ApiGateway::RestApi": [{ path: "/Description", value: "changed" }],
  "AWS::ApiGateway::Deployment": [{ path: "/Description", value: "changed" }],
};
/** Nobody deletes these: what hangs on an API goes by other rules. */
const SAFE: readonly string[] = ["AWS::ApiGateway::RestApi", "AWS::ApiGateway::Deployment"];

/** Somebody else changes, tags or deletes what the program made; what that was, where something was there. */
export async function meddled(
  cloud: Cloud,
  live: readonly Live[],
  { do: deed, at }: Meddling,
): Promise<Live | undefined> {
  const theirs = live.filter(({ typeName }) => DRIFTS[typeName] !== undefined);
  const one = theirs[at % Math.max(theirs.length, 1)];
  const drifts = one && DRIFTS[one.typeName];
  if (!one || !drifts) return undefined;
  const place = { typeName: one.typeName, identifier: one.identifier, region: one.region };
  if (deed === "delete" && !SAFE.includes(one.typeName)) {
    await cloud.remove(place);
    return one;
  }
  if (deed === "tag" && one.typeName !== "AWS::ApiGateway::Deployment") {
    const key = `${OTHERS_TAG}${randomUUID().slice(0, 4)}`;
    // This type has a map of tags.
    const isMap = one.typeName === "AWS::SSM::Parameter";
    const list = Array.isArray(one.model.Tags) ? (one.model.Tags as unknown[]) : [];
    const value = isMap
      ? { ...(one.model.Tags as object | undefined), [key]: "x" }
      : [...list, { Key: key, Value: "x" }];
    await cloud.edit({ ...place, patch: [{ op: "add", path: "/Tags", value }] });
    return one;
  }
  const { path, value } = drifts[Math.floor(at / theirs.length) % drifts.length] ?? drifts[0];
  await cloud.edit({ ...place, patch: [{ op: "add", path, value }] });
  return one;
}

/** What somebody else does in the account between two operations. */
import { randomUUID } from "node:crypto";
import type { Cloud } from "./cloud";
import type { Meddling } from "./plan";
import type { Live } from "./slots";

/** What the key of each tag begins with that somebody else sets. */
export const OTHERS_TAG = "else-";

/** What somebody else changes of a type, and whether they also delete it: what hangs on an API goes by other rules. */
const DRIFTS: Readonly<Record<string, { readonly path: string; readonly value: unknown; readonly isSafe?: true }>> = {
  "AWS::Logs::LogGroup": { path: "/RetentionInDays", value: 14 },
  "AWS::SQS::Queue": { path: "/VisibilityTimeout", value: 14 },
  "AWS::SSM::Parameter": { path: "/Value", value: "changed" },
  "AWS::IAM::Role": { path: "/Description", value: "changed" },
  "AWS::ApiGateway::Stage": { path: "/Description", value: "changed" },
  "AWS::ApiGateway::RestApi": { path: "/Description", value: "changed", isSafe: true },
  "AWS::ApiGateway::Deployment": { path: "/Description", value: "changed", isSafe: true },
};

/** Somebody else changes, tags or deletes what the program made; true where something was there for that. */
export async function meddled(cloud: Cloud, live: readonly Live[], { do: deed, at }: Meddling): Promise<boolean> {
  const theirs = live.filter(({ typeName }) => DRIFTS[typeName] !== undefined);
  const one = theirs[at % Math.max(theirs.length, 1)];
  const drift = one && DRIFTS[one.typeName];
  if (!one || !drift) return false;
  const place = { typeName: one.typeName, identifier: one.identifier, region: one.region };
  if (deed === "delete" && drift.isSafe !== true) {
    await cloud.remove(place);
    return true;
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
    return true;
  }
  const { path, value } = drift;
  await cloud.edit({ ...place, patch: [{ op: "add", path, value }] });
  return true;
}

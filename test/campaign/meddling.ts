/** What somebody else does in the account between two operations. */
import { randomUUID } from "node:crypto";
import type { Cloud } from "./cloud";
import type { Meddling } from "./plan";
import type { Live } from "./slots";

/** What the key of each tag begins with that somebody else sets. */
export const OTHERS_TAG = "else-";

const drifting = (typeName: string): readonly [path: string, value: unknown] => {
  if (typeName === "AWS::Logs::LogGroup") return ["/RetentionInDays", 14];
  return typeName === "AWS::SQS::Queue" ? ["/VisibilityTimeout", 14] : ["/Value", "changed"];
};

/** Somebody else changes, tags or deletes what the program made; true where something was there for that. */
export async function meddled(cloud: Cloud, live: readonly Live[], { do: deed, at }: Meddling): Promise<boolean> {
  const groups = live.filter(({ typeName }) => /LogGroup|Queue|Parameter/.test(typeName));
  const one = groups[at % Math.max(groups.length, 1)];
  if (!one) return false;
  const place = { typeName: one.typeName, identifier: one.identifier, region: one.region };
  if (deed === "delete") {
    await cloud.remove(place);
    return true;
  }
  if (deed === "tag") {
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
  const [path, value] = drifting(one.typeName);
  await cloud.edit({ ...place, patch: [{ op: "add", path, value }] });
  return true;
}

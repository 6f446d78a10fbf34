import type * as pulumi from "@pulumi/pulumi";
import type { StageTagArgs } from "../resources/apigateway";
import { mapInput } from "./later";

/**
 * Tags as a map, or as AWS's list of keys and values.
 *
 * @public
 */
export type TagsInput =
  pulumi.Input<Readonly<Record<string, pulumi.Input<string>>>> | pulumi.Input<pulumi.Input<StageTagArgs>[]>;

type TagList = pulumi.Input<StageTagArgs>[];

/** Tags as AWS takes them. */
export function tagList(tags: TagsInput): pulumi.Input<TagList> {
  return mapInput(tags as pulumi.Input<Readonly<Record<string, pulumi.Input<string>>> | TagList>, (plain): TagList => {
    if (isList(plain)) return plain;
    return Object.entries(plain).map(([key, value]) => ({ key, value }));
  });
}

function isList(tags: Readonly<Record<string, pulumi.Input<string>>> | TagList): tags is TagList {
  return Array.isArray(tags);
}

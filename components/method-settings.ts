import * as pulumi from "@pulumi/pulumi";
import type { StageMethodSettingArgs } from "../resources/apigateway";
import { given, isLater, mapInput } from "./later";

type Settings = pulumi.Input<pulumi.Input<StageMethodSettingArgs>[]> | undefined;
type Leaves = Omit<StageMethodSettingArgs, "httpMethod" | "resourcePath" | "resourceId">;

/** All methods of all paths, as AWS writes it. */
const EVERYWHERE = { resourcePath: "/*", httpMethod: "*" } as const;

/**
 * Puts defaults for all methods under a list of method settings. What the list says itself for all methods wins, leaf by
 * leaf. AWS takes one entry for each path and method, so there is never a second one.
 */
export function underAllMethods(settings: Settings, defaults: Leaves): Settings {
  if (settings === undefined) return [{ ...EVERYWHERE, ...defaults }];
  // Where an entry or its place is an output, only its value can tell whether it is the one for all methods.
  return mapInput(allLater(settings) ?? settings, (list) => {
    const at = list.findIndex((entry) => isForAll(entry as StageMethodSettingArgs));
    if (at < 0) return [{ ...EVERYWHERE, ...defaults }, ...list];
    return list.map((entry, i) => (i === at ? { ...defaults, ...given(entry as StageMethodSettingArgs) } : entry));
  });
}

function allLater(settings: NonNullable<Settings>): pulumi.Output<StageMethodSettingArgs[]> | undefined {
  if (isLater(settings) || !settings.some(isPlaceLater)) return undefined;
  return pulumi.output(settings);
}

function isPlaceLater(entry: pulumi.Input<StageMethodSettingArgs>): boolean {
  return isLater(entry) || isLater(entry.resourcePath) || isLater(entry.httpMethod);
}

function isForAll({ resourcePath, httpMethod }: StageMethodSettingArgs): boolean {
  return resourcePath === EVERYWHERE.resourcePath && httpMethod === EVERYWHERE.httpMethod;
}

import { equal, isObject } from "../json";
import type { JsonValue } from "../../schema/types";

/** One place at which two models differ. @internal */
export interface Difference {
  /** A JSON pointer. */
  readonly path: string;
  /** Undefined: there was none. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** Where two models differ: member by member, and item by item in lists of the same length. @internal */
export function differences(before: JsonValue | undefined, after: JsonValue | undefined, path = ""): Difference[] {
  if (equal(before, after)) return [];
  if (isObject(before) && isObject(after)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return names.flatMap((name) => {
      const step = name.replaceAll("~", "~0").replaceAll("/", "~1");
      const own = (model: typeof before): JsonValue | undefined =>
        Object.hasOwn(model, name) ? model[name] : undefined;
      return differences(own(before), own(after), `${path}/${step}`);
    });
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, index) => differences(item, after[index], `${path}/${index}`));
  }
  return [{ path, before, after }];
}

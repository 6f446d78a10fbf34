import * as pulumi from "@pulumi/pulumi";
import { RegisteredResource } from "./registered";

/**
 * Gives a resource outputs that are made when somebody reads them. Members that are there already stay: a transformation
 * may have given the resource more than the program did.
 *
 * @param make - makes the output of one member; called at most once for each
 */
export function laterMembers<T>(
  resource: pulumi.CustomResource,
  keys: readonly string[],
  make: (key: string) => pulumi.Output<T>,
): void {
  for (const key of keys) {
    if (Object.hasOwn(resource, key)) continue;
    Object.defineProperty(resource, key, {
      configurable: true,
      enumerable: true,
      get: () => {
        const value = make(key);
        Object.defineProperty(resource, key, { configurable: true, enumerable: true, writable: true, value });
        return value;
      },
    });
  }
}

/** A second view of a resource that the program has registered: the engine is asked for what it shows. */
class View extends RegisteredResource {
  constructor(type: string, name: string, keys: readonly string[], urn: pulumi.URN) {
    super(type, name, Object.fromEntries(keys.map((key) => [key, undefined])), { urn });
  }
}

/**
 * What a resource shows under names that it was not registered with; the engine is asked once, when the first of them
 * is read. Most often there is nothing, but a transform, `ignoreChanges` or the mocks of a test can put a value there.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/resources/options/urn/
 */
export function shownBy(
  resource: pulumi.CustomResource,
  type: string,
  name: string,
  keys: readonly string[],
): (key: string) => pulumi.Output<unknown> {
  let view: pulumi.Output<View> | undefined;
  return (key) => {
    // As long as the id is unknown, the engine has nothing to show.
    view ??= pulumi.all([resource.urn, resource.id]).apply(([urn]) => new View(type, name, keys, urn));
    return view.apply((shown) => (shown as unknown as Readonly<Record<string, pulumi.Output<unknown>>>)[key]);
  };
}

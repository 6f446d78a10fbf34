import { given } from "./later";

/** What is given over the defaults, member by member; `false` turns the whole off. */
export function merged<T extends object>(args: T | false | undefined, defaults: Partial<T>): T | false {
  return args === false ? false : ({ ...defaults, ...given(args ?? {}) } as T);
}

import { CloudControlError } from "./core/errors";
import type { Reference } from "./core/families/family";
import type { Work } from "./work";

/** Codes by which a handler says that it does not take the properties as they are. */
const OF_PROPERTIES = /^(InvalidRequest|NotFound|GeneralServiceException)(Exception)?$/;

/**
 * Names the first thing that a refused resource refers to and that is not there, with its place in the program. AWS's own
 * words often say only that something is missing. Looks after the refusal, so that nothing is asked where all is well;
 * what cannot be looked at counts as there.
 */
export async function explained<E>(work: Work, error: E): Promise<E | CloudControlError> {
  // What failed before AWS's handler had it was refused for another reason.
  const isHandlers = error instanceof CloudControlError && error.requestToken !== undefined;
  if (!isHandlers || !OF_PROPERTIES.test(error.code)) return error;
  for (const reference of work.family.refersTo?.(work.wire) ?? []) {
    if (await isThere(work, reference)) continue;
    const { path, typeName, identifier, scope } = reference;
    const [id = ""] = identifier.split("|");
    const fix = `set ${work.want.names(path)} to an ${typeName} of ${scope} that is there; AWS does not find "${id}"`;
    return error.withFix(fix);
  }
  return error;
}

async function isThere({ cloud }: Work, { typeName, identifier }: Reference): Promise<boolean> {
  try {
    return (await cloud.get(typeName, identifier)) !== undefined;
  } catch {
    return true;
  }
}

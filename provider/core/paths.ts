import type { SchemaPath } from "./schema";

/*
 * A schema lists paths, and a model is asked at each of its members whether one of them leads there. A schema's lists may
 * be as long as its writer likes, so that none is walked through for each member.
 */

/** Where paths go on, step by step. */
export interface PathTree {
  /** A path ends here. */
  readonly ends: boolean;
  readonly next: ReadonlyMap<string, PathTree>;
}

interface Growing {
  ends: boolean;
  readonly next: Map<string, Growing>;
}

const known = new WeakMap<readonly SchemaPath[], PathTree>();

/** The paths of a list as a tree; made once for a list. */
export function treeOf(list: readonly SchemaPath[]): PathTree {
  const made = known.get(list);
  if (made) return made;
  const root: Growing = { ends: false, next: new Map() };
  for (const path of list) {
    let at = root;
    for (const step of path) {
      const below = at.next.get(step) ?? { ends: false, next: new Map<string, Growing>() };
      at.next.set(step, below);
      at = below;
    }
    at.ends = true;
  }
  known.set(list, root);
  return root;
}

/** Whether `path` equals a listed path or lies under one (`Code` covers `Code/S3Key`); `*` stands for any step. */
export function covers(list: readonly SchemaPath[], path: readonly string[]): boolean {
  let here: PathTree[] = [treeOf(list)];
  for (const step of path) {
    const names = step === "" || step === "*" ? [step] : [step, "*"];
    here = here.flatMap(({ next }) => names.flatMap((name) => next.get(name) ?? []));
    if (here.length === 0) return false;
    if (here.some(({ ends }) => ends)) return true;
  }
  return false;
}

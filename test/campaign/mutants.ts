/**
 * Known bugs of providers, each put into a copy of the built package, so that the campaign itself can be tried: it must
 * find every one of them. They are written as replacements in the compiled text; one that no longer fits is an error.
 */
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind } from "./plan";

/** A bug, by what somebody once did wrong. */
export interface Mutant {
  readonly name: string;
  /** Of the built package. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
  /** What a program must have for it to show. @defaultValue anything */
  readonly kinds?: readonly Kind[];
}

const PROVIDER = "dist/provider";

export const MUTANTS: readonly Mutant[] = [
  {
    name: "a lost token: each resend has a client token of its own",
    file: `${PROVIDER}/operations.js`,
    find: "async () => sent(next.clientToken)",
    replace: "async () => sent(clock.token())",
  },
  {
    name: "a swallowed poll error: a status call that fails counts as success",
    file: `${PROVIDER}/waiting.js`,
    find: "return await poller.next(last.requestToken, wait);",
    replace: 'return await poller.next(last.requestToken, wait).catch(() => ({ ...last, status: "SUCCESS" }));',
  },
  {
    name: "a patch from stale state: the live model is not read before an update",
    file: `${PROVIDER}/core/patch.js`,
    find: "const live = (0, json_1.own)(input.live, key);\n    if (!",
    replace: "const live = (0, json_1.own)(input.owned, key);\n    if (!",
  },
  {
    name: "a failed handler counts as success",
    file: `${PROVIDER}/operations.js`,
    find: 'if (ended.status === "SUCCESS")',
    replace: 'if (ended.status === "SUCCESS" || ended.status === "FAILED")',
  },
  {
    name: "a remnant is orphaned: a failed create that made something is not kept",
    file: `${PROVIDER}/work.js`,
    find: "if (!(error instanceof Error))\n            return false;",
    replace: "return false;",
  },
  {
    name: "a refusal is taken for gone: a read that AWS denies drops the resource",
    file: `${PROVIDER}/edge/cloudcontrol.js`,
    find: 'error.code === "ResourceNotFoundException")',
    replace: "/ResourceNotFound|AccessDenied/.test(error.code))",
  },
  {
    name: "no journal: a create that is cut off is forgotten",
    file: `${PROVIDER}/edge/journal.js`,
    find: "if (identity === undefined)\n            return without;",
    replace: "return without;",
  },
  {
    name: "a region is re-targeted: another region is no replacement",
    file: `${PROVIDER}/dynamic.js`,
    find: 'from === to || to === ""',
    replace: "from !== undefined",
  },
  {
    name: "a removal is forgotten: what the program drops stays in AWS",
    file: `${PROVIDER}/core/patch.js`,
    find: "operations.push(...removals(schema, input));",
    replace: "",
  },
  {
    name: "drift is hidden: a refresh answers what the state says already",
    file: `${PROVIDER}/dynamic.js`,
    find: "const seen = await this.parts.lifecycle.read(state);",
    replace: "const seen = (await this.parts.lifecycle.read(state)) && state;",
  },
  {
    name: "a partial failure without its provider",
    file: `${PROVIDER}/dynamic.js`,
    find: "const properties = this.outs(bag, error.state, inputs, before);",
    replace: "const { __provider, ...properties } = this.outs(bag, error.state, inputs, before);",
  },
  {
    name: "a delete is not waited for, and its failure not seen",
    file: `${PROVIDER}/deletion.js`,
    find: "const isDeleted = async () => (0, operations_1.remove)(",
    replace:
      "const isDeleted = async () => ((...args) => void (0, operations_1.remove)(...args).catch(() => false) || true)(",
  },
  {
    name: "a failed update forgets what it dropped within a property",
    file: `${PROVIDER}/work.js`,
    find: "(0, owned_1.ownedByEither)(this.schema, this.want.desired, before), before)",
    replace: "{ ...before, ...this.want.desired }, before)",
    kinds: ["usagePlan"],
  },
  {
    name: "an update without an answer counts as one that never was",
    file: `${PROVIDER}/lifecycle.js`,
    find: "const isUncertain = progress.isSent === true &&",
    replace: "const isUncertain = false &&",
  },
];

/** How often the text that a bug replaces stands in the built package; a bug that fits has it once. */
export const placesOf = (folder: string, { file, find }: Mutant): number =>
  readFileSync(join(folder, file), "utf8").split(find).length - 1;

/** Copies the built package, puts the bug into it and returns the copy's folder, which is inside this repository. */
export function mutated(root: string, mutant: Mutant): string {
  const { name, file, find, replace } = mutant;
  const folder = join(root, ".pulumi-cloudcontrol", "mutants", name.replaceAll(/[^a-z]+/gi, "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const path = join(folder, file);
  const places = placesOf(folder, mutant);
  if (places !== 1) throw new Error(`the bug "${name}" fits ${String(places)} places of ${file}. Fix: write it anew`);
  writeFileSync(
    path,
    readFileSync(path, "utf8").replace(find, () => replace),
  );
  return folder;
}

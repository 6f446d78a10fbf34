import { join } from "node:path";

/** What makes node take TypeScript, before the name of its program. */
export const TYPESCRIPT: readonly string[] = ["-r", join(__dirname, "..", "..", "scripts", "lib", "ts-node.cjs")];

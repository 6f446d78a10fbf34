import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

interface Installed {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Bytes of a file or of all files in a folder. */
function sizeOf(path: string): number {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return stat.size;
  return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
}

/** The bytes of each package in a project's `node_modules` that `root` and what it depends on does not bring itself. */
export function installedBeside(project: string, root: string): ReadonlyMap<string, number> {
  const lock = JSON.parse(readFileSync(join(project, "node_modules", ".package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Installed>>;
  };
  const brought = new Set<string>();
  const visit = (place: string): void => {
    const found = lock.packages[place];
    if (!found || brought.has(place)) return;
    brought.add(place);
    const { dependencies, optionalDependencies, peerDependencies } = found;
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies })) {
      const at = nearest(place, name, lock.packages);
      if (at !== undefined) visit(at);
    }
  };
  visit(`node_modules/${root}`);
  const places = Object.keys(lock.packages).filter((place) => !brought.has(place));
  const own = (place: string): number => {
    const nested = places.concat([...brought]).filter((other) => other.startsWith(`${place}/node_modules/`));
    const direct = nested.filter((other) => !nested.some((above) => other.startsWith(`${above}/`)));
    return sizeOf(join(project, place)) - direct.reduce((sum, other) => sum + sizeOf(join(project, other)), 0);
  };
  return new Map(places.map((place) => [place.replace(/^node_modules\//, ""), own(place)]));
}

/** Where Node finds a package for a package: in its own `node_modules`, or in that of a folder above. */
function nearest(place: string, name: string, packages: Readonly<Record<string, Installed>>): string | undefined {
  for (let folder = place; ; folder = folder.replace(/(^|\/)node_modules\/(@[^/]+\/)?[^/]+$/, "")) {
    const candidate = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
    if (candidate in packages) return candidate;
    if (folder === "") return undefined;
  }
}

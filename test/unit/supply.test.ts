import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const REGISTRY = "https://registry.npmjs.org/";
const root = join(__dirname, "..", "..");
const textOf = (file: string): string => readFileSync(join(root, file), "utf8");

interface Locked {
  readonly version?: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
}

/** Licences under which anybody may use what the package brings along. */
const FREE = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];
/** Those of tools that developers use, and that nobody gets with the package. */
const TOOLS = [
  ...FREE,
  "(BSD-3-Clause AND Apache-2.0)",
  "BlueOak-1.0.0",
  "CC-BY-3.0",
  "CC0-1.0",
  "PSF-2.0",
  "Python-2.0",
  // @logdna/tail-file, which @pulumi/pulumi needs; the file is the MIT licence.
  "SEE LICENSE IN LICENSE",
];

/**
 * Of a tool's builds for other platforms npm leaves out the hashes. They are developers' alone, and none of them is
 * installed here; all else, optional or not, has its hash.
 */
const OTHER_PLATFORMS = /^node_modules\/@oxc-parser\/binding-[\w-]+$/;

const manifest = JSON.parse(textOf("package.json")) as {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
  readonly publishConfig?: unknown;
};
const lock = JSON.parse(textOf("package-lock.json")) as { readonly packages: Readonly<Record<string, Locked>> };
const locked = Object.entries(lock.packages).filter(([place, { link }]) => place !== "" && link !== true);

// Does not prove that a licence's text is what its name says, nor that a package is what its authors wrote.
describe("what the package is made of", () => {
  // npm may leave out where it got a package; the hash of its bytes is always there, but for what comes inside of another.
  it("is pinned to the version, and in the lock to the bytes, of npm's registry", () => {
    const versions = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).to.deep.equal([]);
    const loose = locked
      .filter(([place, { inBundle, dev }]) => inBundle !== true && !(dev === true && OTHER_PLATFORMS.test(place)))
      .filter(
        ([, { integrity, resolved }]) =>
          !/^sha512-/.test(integrity ?? "") || !(resolved ?? REGISTRY).startsWith(REGISTRY),
      );
    expect(loose.map(([place]) => place)).to.deep.equal([]);
  });

  it("has known licences only, and free ones where users get it", () => {
    const others = locked.filter(([, { license = "none", dev }]) => !(dev === true ? TOOLS : FREE).includes(license));
    expect(others.map(([place, { license }]) => `${place}: ${license ?? "none"}`)).to.deep.equal([]);
  });

  it("runs nothing when it is installed, itself or what it brings along", () => {
    for (const name of ["preinstall", "install", "postinstall"]) expect(manifest.scripts).to.not.have.property(name);
    const scripted = locked.filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true);
    expect(scripted.map(([place]) => place)).to.deep.equal([]);
  });

  it("is published with its provenance, to everybody, by npm's registry", () => {
    expect(manifest.publishConfig).to.deep.equal({
      access: "public",
      provenance: true,
      registry: REGISTRY,
    });
  });
});

/** Rows of the table: the threat, and each test as its file and its title or a part of it. */
function threats(): { readonly threat: string; readonly tests: readonly (readonly [file: string, title: string])[] }[] {
  const rows = textOf("SECURITY.md")
    .split("\n")
    .filter((line) => line.startsWith("|") && line.split("|").length === 5 && line.includes("`test/"));
  return rows.map((line) => {
    const [, threat = "", , tests = ""] = line.split("|");
    return {
      threat: threat.trim(),
      tests: [...tests.matchAll(/`(test\/[^`]+)`\s*“([^”]*)”/g)].map(([, file = "", title = ""]) => [file, title]),
    };
  });
}

// Does not prove that a test is enough for its threat.
describe("the threats in SECURITY.md", () => {
  it("each have a test that exists, under the name that stands there", () => {
    const found = threats();
    expect(found.length).to.be.greaterThan(15);
    for (const { threat, tests } of found) {
      expect(tests.length, `${threat}: no test is named`).to.be.greaterThan(0);
      for (const [file, title] of tests) {
        expect(existsSync(join(root, file)), `${threat}: there is no ${file}`).to.equal(true);
        expect(textOf(file), `${threat}: ${file}`).to.include(title);
      }
    }
  });

  it("are all in rows that can be read so", () => {
    const named = [...textOf("SECURITY.md").matchAll(/`test\//g)].length;
    expect(threats().reduce((sum, { tests }) => sum + tests.length, 0)).to.equal(named);
  });
});

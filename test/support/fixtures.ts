import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/** Where the recordings of AWS lie: beside the repository, unless the environment says otherwise. */
const root = process.env.PULUMI_CLOUDCONTROL_FIXTURES ?? path.resolve(__dirname, "../../../shared/fixtures");

/** The recordings, parsed. */
export interface Fixtures {
  /** One file, by its path under the fixtures' folder. */
  read(file: string): unknown;
  /** The JSON files of a folder, without those whose name ends with one of the given endings. */
  list(folder: string, without?: readonly string[]): string[];
}

function open(): Fixtures {
  return {
    read: (file) => JSON.parse(readFileSync(path.join(root, file), "utf8")) as unknown,
    list: (folder, without = []) =>
      readdirSync(path.join(root, folder))
        .filter((name) => name.endsWith(".json") && !without.some((ending) => name.endsWith(ending)))
        .sort(),
  };
}

/**
 * A suite that needs the recordings. Where they are absent it is one skipped test that says so; in CI it is a failed
 * one, so that nobody loses them unnoticed.
 */
export function describeRecordings(title: string, suite: (fixtures: Fixtures) => void): void {
  if (existsSync(root)) {
    describe(title, () => {
      suite(open());
    });
    return;
  }
  describe(title, () => {
    it(`is left out: the recordings of AWS are not at ${root}`, function () {
      if (process.env.CI === "true") throw new Error(`CI needs the recordings at ${root}`);
      this.skip();
    });
  });
}

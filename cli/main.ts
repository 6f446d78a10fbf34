#!/usr/bin/env node
/* eslint-disable @typescript-eslint/no-require-imports -- a command loads what it needs and not what all others need */

/** One subcommand; it gets the arguments after its name and returns the exit code. */
interface Command {
  readonly help: string;
  readonly run: (args: readonly string[], print: (line: string) => void) => number | Promise<number>;
}

interface Listed {
  readonly summary: string;
  readonly load: () => Command;
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  emulator: {
    summary: "a local Cloud Control to run and test programs against, without AWS",
    load: () => require("./emulator") as typeof import("./emulator"),
  },
  "iam-policy": {
    summary: "the least-privilege IAM policy for some resource types",
    load: () => require("./iam-policy") as typeof import("./iam-policy"),
  },
  import: {
    summary: "a file for `pulumi import` that takes existing resources into a stack",
    load: () => require("./import") as typeof import("./import"),
  },
  journal: {
    summary: "creates that a crash has cut off: list them, adopt or delete what they made",
    load: () => require("./journal") as typeof import("./journal"),
  },
};

function usage(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return ["pulumi-cloudcontrol <command> [arguments]", "", ...lines, "", "<command> --help tells more."].join("\n");
}

/**
 * Runs the command line.
 *
 * @returns the exit code: 0 done, 1 refused or failed, 2 not understood
 */
export async function main(args: readonly string[], print: (line: string) => void): Promise<number> {
  const [name = "--help", ...rest] = args;
  if (name === "--help" || name === "-h") {
    print(usage());
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.load() : undefined;
  if (!command) {
    print(`unknown command "${name}"\n\n${usage()}`);
    return 2;
  }
  if (rest.includes("--help") || rest.includes("-h")) {
    print(command.help);
    return 0;
  }
  try {
    return await command.run(rest, print);
  } catch (error) {
    print(error instanceof Error ? error.message : String(error));
    // Arguments that node's own parser refuses are a mistake in the call, all else a failure of it.
    return error instanceof TypeError && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS") ? 2 : 1;
  }
}

if (require.main === module) {
  void main(process.argv.slice(2), (line) => {
    console.log(line);
  }).then((code) => {
    process.exitCode = code;
  });
}

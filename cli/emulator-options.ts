import { defaultQuirks, quirkChoices, type EmulatorOptions, type Latency, type Quirks } from "../emulator/options";
import { didYouMean } from "../provider/core/suggest";

/** The flags of the command as they were given. */
export interface Flags {
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly "allow-remote"?: boolean | undefined;
  readonly "allow-host"?: readonly string[] | undefined;
  readonly data?: string | undefined;
  readonly seed?: string | undefined;
  readonly region?: string | undefined;
  readonly account?: readonly string[] | undefined;
  readonly secret?: readonly string[] | undefined;
  readonly latency?: readonly string[] | undefined;
  readonly rate?: string | undefined;
  readonly quirk?: readonly string[] | undefined;
  readonly "virtual-clock"?: boolean | undefined;
}

/** A flag that cannot be read; its text is all that the user needs. */
export class FlagError extends Error {
  override readonly name = "FlagError";
}

function wrong(flag: string, expected: string, got: string): FlagError {
  return new FlagError(`--${flag}: expected ${expected}, got "${got.slice(0, 100)}"`);
}

const OPERATIONS: readonly string[] = [
  "CancelResourceRequest",
  "CreateResource",
  "DeleteResource",
  "GetResource",
  "GetResourceRequestStatus",
  "ListResourceRequests",
  "ListResources",
  "UpdateResource",
];

/** A whole number within bounds. */
export function readNumber(flag: string, text: string, most = 2 ** 32 - 1): number {
  if (!/^\d{1,10}$/.test(text) || Number(text) > most) throw wrong(flag, `a whole number from 0 to ${most}`, text);
  return Number(text);
}

function pairs(flag: string, form: string, texts: readonly string[] = []): [string, string][] {
  return texts.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw wrong(flag, form, text);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

const HANDLERS = ["create", "update", "delete"];
const STEPS = ["accept", "pending", "read"];

function readLatency(texts: readonly string[] = []): Partial<Latency> {
  const latency: Record<string, number | readonly [number, number]> = {};
  const calls: Record<string, number> = {};
  for (const text of texts) {
    const [, what, low = "", high] = /^(?:(\w+)=)?(\d{1,8})(?:-(\d{1,8}))?$/.exec(text) ?? [];
    const isHandler = what === undefined || HANDLERS.includes(what);
    const isCall = what !== undefined && OPERATIONS.includes(what);
    if (low === "" || !(isHandler || isCall || STEPS.includes(what))) {
      const names = [...STEPS, ...HANDLERS].join("|");
      throw wrong("latency", `<${names}|operation of the API>=<ms> or <ms>-<ms>`, text);
    }
    if (high !== undefined && (!isHandler || Number(high) < Number(low))) {
      throw wrong("latency", isHandler ? "a range from low to high" : `one number for ${what}`, text);
    }
    const time = high === undefined ? Number(low) : ([Number(low), Number(high)] as const);
    if (isCall) calls[what] = Number(low);
    else for (const name of what === undefined ? HANDLERS : [what]) latency[name] = time;
  }
  return Object.keys(calls).length === 0 ? latency : { ...latency, calls };
}

function readRate(text: string): { perSecond: number; burst: number } {
  const [, perSecond, burst] = /^(\d{1,6}(?:\.\d{1,3})?)(?:\/(\d{1,6}))?$/.exec(text) ?? [];
  if (perSecond === undefined || Number(perSecond) <= 0) throw wrong("rate", "<calls per second>[/<burst>]", text);
  return { perSecond: Number(perSecond), burst: Number(burst ?? Math.ceil(Number(perSecond))) };
}

/** What each quirk may be, the default first. */
function quirkValues(name: string): readonly string[] {
  const standard = defaultQuirks[name as keyof Quirks];
  if (typeof standard === "boolean") return standard ? ["on", "off"] : ["off", "on"];
  const choices: Readonly<Record<string, readonly string[]>> = quirkChoices;
  return [standard, ...(choices[name] ?? []).filter((choice) => choice !== standard)];
}

/** The quirks there are, a line for each, the default first. */
export function quirkLines(): string[] {
  return Object.keys(defaultQuirks).map((name) => `${name}=${quirkValues(name).join("|")}`);
}

function readQuirks(texts: readonly string[] = []): Partial<Quirks> {
  const quirks: Record<string, boolean | string> = {};
  for (const [name, value] of pairs("quirk", "<name>=<value> (--quirk help lists them)", texts)) {
    if (!Object.hasOwn(defaultQuirks, name)) {
      throw new FlagError(`--quirk: there is no quirk "${name}".${didYouMean(name, Object.keys(defaultQuirks))}`);
    }
    if (!quirkValues(name).includes(value)) throw wrong("quirk", `${name}=${quirkValues(name).join("|")}`, value);
    quirks[name] = value === "on" || value === "off" ? value === "on" : value;
  }
  return quirks;
}

function readAccounts(texts: readonly string[] = []): Record<string, string> {
  const accounts = pairs("account", "<access key>=<12 digits>", texts);
  for (const [key, account] of accounts) {
    if (!/^\d{12}$/.test(account)) throw wrong("account", `${key}=<12 digits>`, account);
  }
  return Object.fromEntries(accounts);
}

function readSecrets(texts: readonly string[] = []): Record<string, string> {
  const secrets = texts.map((text) => {
    const [, key, secret] = /^([^=/]+)=(.+)$/.exec(text) ?? [];
    // The text may be half a secret: it is not repeated.
    if (key === undefined || secret === undefined)
      throw new FlagError("--secret: expected <access key>=<secret>, got another form");
    return [key, secret] as const;
  });
  return Object.fromEntries(secrets);
}

/**
 * The emulator's options from the command's flags.
 *
 * @throws FlagError that names the flag, what it expects and what it got.
 */
export function readOptions(flags: Flags): EmulatorOptions {
  const { port, host, data, seed, region, rate } = flags;
  if (region !== undefined && !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw wrong("region", "a region such as eu-west-1", region);
  }
  return {
    ...(port === undefined ? {} : { port: readNumber("port", port, 65_535) }),
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { data }),
    ...(seed === undefined ? {} : { seed: readNumber("seed", seed) }),
    ...(region === undefined ? {} : { region }),
    ...(rate === undefined ? {} : { rate: readRate(rate) }),
    ...(flags["virtual-clock"] ? { clock: "virtual" } : {}),
    allowRemote: flags["allow-remote"] ?? false,
    allowedHosts: flags["allow-host"] ?? [],
    accounts: readAccounts(flags.account),
    secrets: readSecrets(flags.secret),
    latency: readLatency(flags.latency),
    quirks: readQuirks(flags.quirk),
  };
}

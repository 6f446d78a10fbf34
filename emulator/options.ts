/**
 * AWS's known handler bugs and the places where its behaviour is only inferred. A bug is on by default, because real
 * clients meet it; an inferred rule has a switch so that the provider can be tested both ways.
 *
 * @public
 */
export interface Quirks {
  /** Bug a (facts 2.4): a stage without tags has no `Tags` on read, so `replace /Tags` finds no such path. */
  readonly tagsAbsentWhenEmpty: boolean;
  /** Bug b: removing CacheClusterEnabled or CachingEnabled leaves the cache on. */
  readonly cacheStaysOn: boolean;
  /** Bug c: removing CanarySetting leaves the canary on the stage. */
  readonly canaryStays: boolean;
  /** Bug d: removing DataTraceEnabled (or LoggingLevel) from a method setting leaves it as it was. */
  readonly dataTraceStays: boolean;
  /** Bug g: a method setting with only a path and a method is dropped without a word; off: it is refused. */
  readonly emptyMethodSettingDropped: boolean;
  /** Facts 2.1: a stage whose create fails after CreateStage stays behind. */
  readonly failedCreateLeavesStage: boolean;
  /** [U] What the stage handler does with a ResourcePath such as `/pets`: keep it (as UpdateStage does), encode it or refuse it. */
  readonly unencodedResourcePath: "keep" | "encode" | "reject";
  /** [U] Whether the account's role must be a role that exists here and trusts API Gateway. */
  readonly accountRoleChecked: boolean;
  /** [U] Deleting the Account resource leaves the region's role setting as it is. */
  readonly accountRoleSurvivesDelete: boolean;
  /** [U] Which progress events carry RetryAfter while in progress; the recordings show it in list items only. */
  readonly retryAfter: "list" | "always" | "never";
  /** [U] A read-only property in a desired state is refused, or dropped without a word as older handlers did. */
  readonly readOnlyInDesiredState: "reject" | "ignore";
  /** [U] A client token whose request failed gives that failure again; off: it begins a new operation. */
  readonly failedRequestReplayed: boolean;
  /** [U] Progress events carry ResourceModel; no recording shows one that does. */
  readonly resourceModelInEvents: boolean;
  /** [U] A cancel is answered CANCEL_IN_PROGRESS and ends later; the recordings show CANCEL_COMPLETE at once. */
  readonly cancelTakesTime: boolean;
  /** [U] Refusals that follow from a service's documentation but that nobody has recorded are made. */
  readonly inferredRefusals: boolean;
  /** [U] A web ACL's association needs both its ends to exist here; off: they may have been made elsewhere. */
  readonly associationEndsChecked: boolean;
  /** API Gateway's own call rates (facts 2.5), one CreateDeployment in 5 s and so on: handlers fail with Throttling beyond them. */
  readonly controlPlaneRates: boolean;
  /** A bucket reads back with the encryption, ownership and public-access settings that S3 gives every new bucket since 2023; off: as in the recording of February 2023. */
  readonly bucketDefaults: boolean;
  /** A type without rules of its own reads back with the defaults of its schema, and those that were observed. */
  readonly defaultsFilledIn: boolean;
  /** Lists whose order means nothing (`insertionOrder: false`) read back in another order. */
  readonly listsReordered: boolean;
  /** Numbers read back as texts where the schema leaves their type open. */
  readonly numbersAsStrings: boolean;
}

/**
 * Milliseconds. Each is a fixed number, or a pair between which the seed decides.
 *
 * @public
 */
export interface Latency {
  /** Until a mutation is accepted or a status is answered. */
  readonly accept: number;
  /** How long an accepted mutation is PENDING before it is IN_PROGRESS; the recordings show no such time. */
  readonly pending: number;
  /** Of GetResource and ListResources. */
  readonly read: number;
  /** Of single operations of the API by their names (`{ GetResourceRequestStatus: 50 }`), before `accept` and `read`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Of the handlers, from acceptance to the final progress event. */
  readonly create: number | readonly [number, number];
  readonly update: number | readonly [number, number];
  readonly delete: number | readonly [number, number];
}

/**
 * How to start a local Cloud Control.
 *
 * @public
 */
export interface EmulatorOptions {
  /** The port. @defaultValue a free one */
  readonly port?: number;
  /** The address to listen on; one that other machines reach only together with `allowRemote`. @defaultValue `"127.0.0.1"` */
  readonly host?: string;
  /** Lets other machines in. Whoever reaches the port may then do everything, admin calls included. @defaultValue `false` */
  readonly allowRemote?: boolean;
  /** Names, beside this machine's own, under which the page and the admin calls may be asked for. @defaultValue none */
  readonly allowedHosts?: readonly string[];
  /** Access key id → secret access key. With at least one, signatures are checked and all other keys refused. @defaultValue none */
  readonly secrets?: Readonly<Record<string, string>>;
  /**
   * The file in which everything is kept, so that it outlives the process, be it killed. What was accepted goes on when
   * the next emulator opens the file; faults, the log of calls and earlier revisions are not kept.
   *
   * @defaultValue none: everything is in memory
   */
  readonly data?: string;
  /** How long a client may take to send a call, in milliseconds. @defaultValue 30000 */
  readonly requestTimeout?: number;
  readonly latency?: Partial<Latency>;
  /** Decides ids, tokens and latencies. @defaultValue random */
  readonly seed?: number;
  /** Access key id → 12-digit account. A key that is itself 12 digits is that account; other keys get one by hash. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** The account of the key `test`, which `env()` uses. @defaultValue `"000000000000"` */
  readonly defaultAccount?: string;
  /** The region of `env()`. @defaultValue `"us-east-1"` */
  readonly region?: string;
  readonly quirks?: Partial<Quirks>;
  /** @defaultValue `"real"` */
  readonly clock?: "real" | "virtual";
  /** How long RetryAfter asks the client to wait, in milliseconds. @defaultValue 1000 */
  readonly retryAfter?: number;
  /** A bucket of calls for each account and region, beyond which Cloud Control throttles. @defaultValue no limit */
  readonly rate?: { readonly perSecond: number; readonly burst: number };
}

/** The options with all defaults in place. @internal */
export interface Settings {
  readonly port: number;
  readonly host: string;
  readonly allowRemote: boolean;
  readonly allowedHosts: readonly string[];
  readonly secrets: ReadonlyMap<string, string>;
  readonly data: string | undefined;
  readonly requestTimeout: number;
  readonly latency: Latency;
  readonly seed: number;
  readonly accounts: Readonly<Record<string, string>>;
  readonly defaultAccount: string;
  readonly region: string;
  readonly quirks: Quirks;
  readonly clock: "real" | "virtual";
  readonly retryAfter: number;
  readonly rate: { readonly perSecond: number; readonly burst: number } | undefined;
}

/** The quirks that are no mere switch, and what each may be. @internal */
export const quirkChoices: {
  readonly [K in keyof Quirks as boolean extends Quirks[K] ? never : K]: readonly Quirks[K][];
} = {
  unencodedResourcePath: ["keep", "encode", "reject"],
  retryAfter: ["list", "always", "never"],
  readOnlyInDesiredState: ["reject", "ignore"],
};

/** @internal */
export const defaultQuirks: Quirks = {
  tagsAbsentWhenEmpty: true,
  cacheStaysOn: true,
  canaryStays: true,
  dataTraceStays: true,
  emptyMethodSettingDropped: true,
  failedCreateLeavesStage: true,
  unencodedResourcePath: "keep",
  accountRoleChecked: true,
  accountRoleSurvivesDelete: true,
  retryAfter: "list",
  readOnlyInDesiredState: "reject",
  failedRequestReplayed: true,
  resourceModelInEvents: false,
  cancelTakesTime: false,
  inferredRefusals: true,
  associationEndsChecked: false,
  controlPlaneRates: false,
  bucketDefaults: false,
  defaultsFilledIn: false,
  listsReordered: false,
  numbersAsStrings: false,
};

const defaultLatency: Latency = {
  accept: 0,
  pending: 0,
  read: 0,
  calls: {},
  create: [2, 20],
  update: [2, 20],
  delete: [2, 20],
};

/** Fills in the defaults. @internal */
export function settings(options: EmulatorOptions): Settings {
  return {
    port: options.port ?? 0,
    host: options.host ?? "127.0.0.1",
    allowRemote: options.allowRemote ?? false,
    allowedHosts: options.allowedHosts ?? [],
    secrets: new Map(Object.entries(options.secrets ?? {})),
    data: options.data,
    requestTimeout: options.requestTimeout ?? 30_000,
    latency: { ...defaultLatency, ...options.latency },
    seed: options.seed ?? Math.floor(Math.random() * 2 ** 32),
    accounts: options.accounts ?? {},
    defaultAccount: options.defaultAccount ?? "000000000000",
    region: options.region ?? "us-east-1",
    quirks: { ...defaultQuirks, ...options.quirks },
    clock: options.clock ?? "real",
    retryAfter: options.retryAfter ?? 1000,
    rate: options.rate,
  };
}

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CONTROLS, judge, type StageFacts } from "../../components/compliance";
import {
  ApiStage,
  DevStage,
  LoggingStage,
  apigateway,
  logs,
  presets,
  type ApiStageArgs,
  type ControlFinding,
} from "../../index";
import { MODES, run, valueOf } from "./mocked";

const ALL = { resourcePath: "/*", httpMethod: "*" };
/** A stage that meets every control. */
const GOOD: StageFacts = {
  methods: [
    { ...ALL, loggingLevel: "ERROR", throttlingRateLimit: 1, throttlingBurstLimit: 1, cacheDataEncrypted: true },
    { resourcePath: "/~1pets", httpMethod: "GET", cachingEnabled: true, dataTraceEnabled: false },
  ],
  accessLog: { destinationArn: "arn:1", format: '{"id":"$context.requestId"}' },
  tracing: true,
  cacheCluster: true,
  clientCertificate: true,
  webAcl: true,
  usagePlan: true,
  ownDeployment: true,
  logGroups: [{ days: 90, kmsKeyId: "arn:key" }],
  ownLogs: { access: true, execution: true },
};
const [all, pets] = GOOD.methods as [object, object];

/** Logs of which nobody here knows how long they are kept, and by which key. */
const FOREIGN_LOGS: readonly (readonly [Partial<StageFacts>, string])[] = [
  [{ ownLogs: { access: false, execution: true } }, "the access log's group is not this component's"],
  [{ ownLogs: { access: true, execution: false } }, "the execution log's group is not this component's"],
  [
    { methods: [{ ...pets, dataTraceEnabled: true }], ownLogs: { access: true, execution: false } },
    "the execution log's group is not this component's",
  ],
];

/** For each control what violates it, and why it then says so. */
const VIOLATIONS: Readonly<Record<string, readonly (readonly [Partial<StageFacts>, string])[]>> = {
  "APIGateway.1": [
    [{ methods: [pets] }, "no loggingLevel for all methods"],
    [{ methods: [{ ...all, loggingLevel: "OFF" }] }, "loggingLevel is OFF for all methods"],
    [{ methods: [all, { ...pets, loggingLevel: "OFF" }] }, "loggingLevel is OFF for GET /pets"],
  ],
  "APIGateway.2": [[{ clientCertificate: false }, "no client certificate"]],
  "APIGateway.3": [[{ tracing: false }, "tracingEnabled is not set"]],
  "APIGateway.4": [[{ webAcl: false }, "no webAcl"]],
  "APIGateway.5": [
    [{ methods: [pets] }, "cacheDataEncrypted is not set for GET /pets"],
    [{ methods: [all, { ...pets, cacheDataEncrypted: false }] }, "cacheDataEncrypted is not set for GET /pets"],
  ],
  "CIS-4.10": [
    [{ accessLog: undefined }, "no access log"],
    [{ accessLog: { destinationArn: "arn:1" } }, "no access log"],
  ],
  APIGWStructuredLogging: [
    [{ accessLog: undefined }, "no access log"],
    [{ accessLog: { destinationArn: "arn:1", format: "$context.requestId" } }, "the format is no JSON"],
    [{ accessLog: { format: '{"s":$context.status}' } }, "the format is no JSON"],
  ],
  APIGWDefaultThrottling: [
    [{ methods: [pets] }, "no rate and burst for all methods"],
    [{ methods: [{ ...all, throttlingBurstLimit: undefined }] }, "no rate and burst for all methods"],
    [{ methods: [{ ...all, throttlingRateLimit: -1 }] }, "-1 is no limit"],
    [{ methods: [{ ...all, throttlingBurstLimit: -1 }] }, "-1 is no limit"],
  ],
  CloudWatchLogGroupRetentionPeriod: [[{ logGroups: [{}] }, "a log group has no retention"], ...FOREIGN_LOGS],
  CloudWatchLogGroupEncrypted: [[{ logGroups: [{ days: 1 }] }, "no kmsKeyId"], ...FOREIGN_LOGS],
  CKV_AWS_120: [
    [{ cacheCluster: false }, "there is no cache"],
    [{ methods: [all] }, "a cache without cachingEnabled"],
  ],
  CKV_AWS_217: [[{ ownDeployment: false }, "the deployment was given"]],
  CKV_AWS_276: [[{ methods: [{ ...all, dataTraceEnabled: true }] }, "dataTraceEnabled for all methods"]],
  W64: [[{ usagePlan: false }, "no usagePlan"]],
};

const statusOf = (findings: readonly ControlFinding[], id: string): string =>
  findings.find((finding) => finding.id === id)!.status;

// Holds the package to its own reading of the controls; the standards' own tools do not run here.
describe("compliance", () => {
  it("is met by a stage that does everything", () => {
    expect(judge(GOOD).filter(({ status }) => status !== "met")).to.deep.equal([]);
  });

  it("has a violation of each control, in the tests below", () => {
    expect(Object.keys(VIOLATIONS)).to.deep.equal(CONTROLS.map(({ id }) => id));
  });

  for (const { id } of CONTROLS) {
    it(`${id} is not met by what violates it, and says why; a waiver says why that is right`, () => {
      for (const [violation, reason] of VIOLATIONS[id]!) {
        const find = (findings: readonly ControlFinding[]) => findings.find((finding) => finding.id === id);
        const facts = { ...GOOD, ...violation };
        expect(find(judge(facts))).to.deep.include({ status: "not met", reason });
        expect(find(judge(facts, { [id]: "by design" }))).to.deep.include({ status: "waived", reason: "by design" });
        expect(find(judge(GOOD, { [id]: "by design" }))).to.deep.include({ status: "met" });
      }
    });
  }

  for (const mode of MODES) {
    it(`of a component is computed from what it really gives its children ${mode.title}`, async () => {
      const methodSettings = { "*": { loggingLevel: "ERROR" } };
      const args: ApiStageArgs = { restApi: "a1", methodSettings, waivers: { W64: "no keys" } };
      const transform = { stage: { tracingEnabled: true }, logGroup: { kmsKeyId: "arn:key" } };
      const { result } = await run(mode, () => ({
        plain: new ApiStage("plain", args),
        changed: new ApiStage("changed", { ...args, transform, webAcl: "arn:acl", clientCertificateId: "c1" }),
      }));
      const [plain, changed] = [await valueOf(result.plain.compliance), await valueOf(result.changed.compliance)];
      if (plain === "unknown" || changed === "unknown") throw new Error("not known");
      expect(statusOf(plain, "APIGateway.1")).to.equal("met");
      expect(statusOf(plain, "W64")).to.equal("waived");
      for (const id of ["APIGateway.2", "APIGateway.3", "APIGateway.4", "CloudWatchLogGroupEncrypted"]) {
        expect([statusOf(plain, id), statusOf(changed, id)], id).to.deep.equal(["not met", "met"]);
      }
    });
  }

  it("is known in the first preview of a stack, when AWS has yet to give out ids and ARNs", async () => {
    const { result } = await run({ preview: true }, () => {
      const restApi = new apigateway.RestApi("api", { name: "pets" });
      const key = new logs.LogGroup("key").arn;
      return new LoggingStage("pets", { restApi, clientCertificate: true, kmsKeyId: key });
    });
    const report = await valueOf(result.compliance);
    if (report === "unknown") throw new Error("not known");
    const missed = report.filter(({ status }) => status === "not met").map(({ id }) => id);
    expect(missed).to.deep.equal(["APIGateway.4", "W64"]);
  });

  it("says of a stage without logs that none is kept for ever, and not of one whose log API Gateway keeps", async () => {
    const methodSettings = { "*": { loggingLevel: "INFO" } };
    const { result } = await run({ preview: false }, () => [
      new ApiStage("silent", { restApi: "a1" }),
      new ApiStage("left", { restApi: "a1", methodSettings, executionLog: false }),
      new LoggingStage("elsewhere", { restApi: "a1", accessLog: { destination: "arn:log" } }),
      new LoggingStage("given", { restApi: "a1", accessLogSetting: { destinationArn: "arn:log", format: "{}" } }),
    ]);
    const reports = await Promise.all(result.map(async ({ compliance }) => valueOf(compliance)));
    const verdicts = reports.map(
      (report) => report !== "unknown" && statusOf(report, "CloudWatchLogGroupRetentionPeriod"),
    );
    expect(verdicts).to.deep.equal(["met", "not met", "not met", "not met"]);
  });
});

const DOCS = join(__dirname, "..", "..", "docs", "presets.md");

/** The text between two comments of docs/presets.md; `UPDATE_DOCS=1` writes it there. */
function holdsTable(name: string, table: string): void {
  const text = readFileSync(DOCS, "utf8");
  const [begin, end] = [`<!-- ${name}: made by test/component/compliance.test.ts -->`, `<!-- end of ${name} -->`];
  const [before = "", rest = ""] = text.split(begin);
  const [inside = "", after = ""] = rest.split(end);
  if (process.env.UPDATE_DOCS === "1") {
    writeFileSync(DOCS, `${before}${begin}\n\n${table}\n\n${end}${after}`);
    return;
  }
  const rows = (markdown: string): string[] =>
    markdown
      .split("\n")
      .map((line) =>
        line
          .replace(/\s*\|\s*/g, "|")
          .replace(/-{3,}/g, "---")
          .trim(),
      )
      .filter(Boolean);
  expect(rows(inside)).to.deep.equal(rows(table));
}

// Does not prove that the prose around the tables is true.
describe("docs/presets.md", () => {
  it("has the report of each preset, as the components give it", async () => {
    const base: ApiStageArgs = { restApi: "a1", stageName: "dev" };
    const { result } = await run({ preview: false }, () => [
      new ApiStage("a", base),
      new DevStage("d", base),
      new LoggingStage("l", base),
    ]);
    const reports = await Promise.all(result.map(async ({ compliance }) => valueOf(compliance)));
    const cell = (report: readonly ControlFinding[] | "unknown", id: string): string => {
      if (report === "unknown") throw new Error("not known");
      const { status, reason } = report.find((finding) => finding.id === id)!;
      return status === "met" ? "met" : `${status}: ${reason}`;
    };
    const lines = CONTROLS.map(({ id, also, title }) =>
      [id, also.join(", "), title, ...reports.map((report) => cell(report, id))].join(" | "),
    );
    const head = ["control | also | demand | ApiStage | DevStage | LoggingStage", "--- | --- | --- | --- | --- | ---"];
    holdsTable("compliance", [...head, ...lines].map((line) => `| ${line} |`).join("\n"));
  });

  it("has the defaults of each preset, as the functions give them", () => {
    const base: ApiStageArgs = { restApi: "a1" };
    const flat = (args: ApiStageArgs): Map<string, unknown> => {
      const { methodSettings, accessLog, executionLog, ...rest } = args;
      const [everywhere = {}] = (methodSettings ?? []) as object[];
      const parts = { accessLog, executionLog, "all methods": everywhere };
      const nested = Object.entries(parts).flatMap(([key, value]) =>
        Object.entries(value ?? {}).map(([leaf, below]) => [`${key}: ${leaf}`, below] as const),
      );
      const skipped = ["all methods: resourcePath", "all methods: httpMethod", "waivers", "restApi"];
      return new Map([...Object.entries(rest), ...nested].filter(([key]) => !skipped.includes(key)));
    };
    const columns = [
      new Map<string, unknown>(),
      flat(presets.dev(base)),
      flat(presets.logging(base)),
      flat(presets.logging({ ...base, audit: true })),
      flat(presets.canary({ ...base, stageVariableOverrides: {} })),
    ];
    const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))];
    const shown = (value: unknown): string => (value === undefined ? "–" : `\`${JSON.stringify(value)}\``);
    const head = [
      "setting | ApiStage | DevStage | LoggingStage | LoggingStage, `audit` | CanaryStage, with overrides",
      "--- | --- | --- | --- | --- | ---",
    ];
    const lines = keys.map((key) => [key, ...columns.map((column) => shown(column.get(key)))].join(" | "));
    holdsTable("defaults", [...head, ...lines].map((line) => `| ${line} |`).join("\n"));
  });
});

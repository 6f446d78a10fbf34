import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { apigateway, CloudControlResource, logs } from "../../index";
import { valueOf } from "./mocked";

/** Runs a program on the mocked runtime, whose resources have what was given to them and `more`. */
async function run<T>(program: () => T, more: Readonly<Record<string, unknown>> = {}, preview = false): Promise<T> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({
        id: preview ? undefined : `${name}-id`,
        state: { ...(inputs as object), ...more },
      }),
      call: ({ inputs }) => inputs as Record<string, unknown>,
    },
    "project",
    "stack",
    preview,
  );
  const made = program();
  await pulumi.runtime.disconnect();
  return made;
}

const stage = (more: Partial<apigateway.StageArgs> = {}, opts?: pulumi.CustomResourceOptions): apigateway.Stage =>
  new apigateway.Stage("s", { restApiId: "a1", stageName: "dev", deploymentId: "d1", ...more }, opts);

/** The outputs that a resource has made so far, by name. */
const made = (resource: object): string[] =>
  Object.entries(Object.getOwnPropertyDescriptors(resource))
    .filter(([, { value }]) => pulumi.Output.isInstance(value))
    .map(([name]) => name)
    .sort();

// Does not prove how long it takes: each output costs the same few promises and stack traces, so they are counted.
describe("registering a resource", () => {
  it("makes outputs of what was given and of what AWS or the provider sets, and of nothing else", async () => {
    const one = await run(() => stage({ description: "first" }));
    expect(made(one)).to.deep.equal(
      [
        ...["urn", "id", "__identity", "__provider", "__type"],
        ...["restApiId", "stageName", "deploymentId", "description"],
        ...["arn", "executionArn", "invokeUrl", "region"],
      ].sort(),
    );
  });

  it("makes no output of a part of the id before somebody reads it", async () => {
    const group = await run(() => new logs.LogGroup("g"));
    expect(made(group)).to.deep.equal(["__identity", "__provider", "__type", "arn", "id", "region", "urn"].sort());
    expect(await valueOf(group.logGroupName)).to.equal("g-id");
    expect(made(group)).to.include("logGroupName");
  });

  it("names every property all the same", async () => {
    const one = await run(() => stage());
    expect(Object.keys(one)).to.include.members(["description", "variables", "methodSettings", "tags"]);
  });
});

// Each promise of Pulumi's has a trace, which ts-node maps frame by frame; how many are taken is counted.
describe("a registration's stack traces", () => {
  const usual = Error.stackTraceLimit;
  afterEach(() => {
    Error.stackTraceLimit = usual;
    delete process.env.PULUMI_DEBUG_PROMISE_LEAKS;
  });

  /** The frames that are formatted while a resource is made. */
  async function frames(make: () => unknown): Promise<number[]> {
    const counts: number[] = [];
    await run(() => {
      const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
      Error.prepareStackTrace = (error, sites) => {
        if (sites.length > 0) counts.push(sites.length);
        return [String(error), ...sites.map(String)].join("\n    at ");
      };
      try {
        make();
      } finally {
        Object.defineProperty(Error, "prepareStackTrace", before ?? { value: undefined, writable: true });
      }
    });
    return counts;
  }

  const kinds: Readonly<Record<string, () => unknown>> = {
    "a typed resource": () => stage(),
    "a resource of any type": () => new CloudControlResource("q", { typeName: "AWS::SQS::Queue", properties: {} }),
    "the account's role": () => new apigateway.AccountRole("r"),
  };
  for (const [kind, make] of Object.entries(kinds)) {
    it(`are one for ${kind}: where the program made it`, async () => {
      const counts = await frames(make);
      expect(counts).to.have.length(1);
      expect(counts[0]).to.be.greaterThan(usual);
      expect(Error.stackTraceLimit).to.equal(usual);
    });
  }

  it("are all taken where somebody looks for promises that never settle", async () => {
    process.env.PULUMI_DEBUG_PROMISE_LEAKS = "1";
    expect((await frames(() => stage())).length).to.be.greaterThan(30);
  });

  it("are there for what a transformation throws, with the line of the program", async () => {
    const transformations = [
      (): undefined => {
        throw new Error("not here");
      },
    ];
    let caught: unknown;
    await run(() => {
      try {
        stage({}, { transformations });
      } catch (error) {
        caught = error;
      }
    });
    expect(caught).to.be.an("error").with.property("message", "not here");
    expect((caught as Error).stack).to.include("registration.test");
    expect(Error.stackTraceLimit).to.equal(usual);
  });
});

describe("an output that the program did not give", () => {
  it("is undefined where nothing is there, and made once", async () => {
    const one = await run(() => stage());
    expect(one.description).to.equal(one.description);
    expect(await valueOf(one.description)).to.equal(undefined);
  });

  it("shows what the mocks of a test put there, and no more of it is secret than they say", async () => {
    const one = await run(() => stage(), { description: "AWS's own", variables: pulumi.secret({ color: "blue" }) });
    expect(await valueOf(one.description)).to.equal("AWS's own");
    expect(await pulumi.isSecret(one.description)).to.equal(false);
    expect(await valueOf(one.variables)).to.deep.equal({ color: "blue" });
    expect(await pulumi.isSecret(one.variables)).to.equal(true);
  });

  it("shows what a transformation gave in the program's stead", async () => {
    const transformations = [
      ({ props, opts }: pulumi.ResourceTransformationArgs): pulumi.ResourceTransformationResult => ({
        props: { ...(props as object), description: "everywhere" },
        opts,
      }),
    ];
    const one = await run(() => stage({}, { transformations }));
    expect(await valueOf(one.description)).to.equal("everywhere");
  });

  it("is unknown in the preview of a new resource", async () => {
    const one = await run(() => stage(), {}, true);
    expect(await valueOf(one.description)).to.equal("unknown");
  });

  it("leads to the resource, so that what uses it waits for the resource", async () => {
    const one = await run(() => stage());
    const shown = one.description as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
    expect([...(await shown.allResources())]).to.include(one);
  });
});

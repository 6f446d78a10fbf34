import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ApiStage, CanaryStage, type ApiStageArgs } from "../../index";
import { MODES, recordRequests, run, type Request } from "./mocked";

class OwnProvider extends pulumi.ProviderResource {}

const ARGS: ApiStageArgs = {
  restApi: "a1",
  stageName: "prod",
  accessLog: {},
  methodSettings: { "*": { loggingLevel: "ERROR" } },
};
const GATE = { canary: { errorRatio: false, throttles: false } } as const;
const PROGRAMS = [
  {
    token: "ApiStage",
    make: (opts: pulumi.ComponentResourceOptions, args: Partial<ApiStageArgs> = {}) =>
      new ApiStage("pets", { ...ARGS, ...args }, opts),
    children: ["pets", "pets-access-logs", "pets-account-role", "pets-deployment", "pets-execution-logs"],
  },
  {
    token: "CanaryStage",
    make: (opts: pulumi.ComponentResourceOptions, args: Partial<ApiStageArgs> = {}) =>
      new CanaryStage("pets", { ...ARGS, ...args, phase: "shift", gate: GATE }, opts),
    children: [
      "pets",
      "pets-access-logs",
      "pets-account-role",
      "pets-canary-execution-logs",
      "pets-canary-latency",
      "pets-canary-latency-alarm",
      "pets-canary-logs",
      "pets-execution-logs",
    ],
  },
];

const sorted = (names: readonly string[]): string[] => [...names].sort((one, other) => one.localeCompare(other));
const namesIn = (urns: readonly string[]): string[] => sorted(urns.map((urn) => urn.split("::").at(-1) ?? ""));

// Does not prove what the engine makes of an option, nor that a former name finds the children: the engine tests do.
describe("options of a component", () => {
  for (const { token, make, children } of PROGRAMS) {
    for (const mode of MODES) {
      /** Runs the component with options; gives what was asked for the component and for its children. */
      const asked = async (
        optsOf: () => pulumi.ComponentResourceOptions,
        args?: Partial<ApiStageArgs>,
      ): Promise<{ readonly component: Request; readonly below: readonly Request[] }> => {
        const { result: requests } = await run(mode, () => {
          const recorded = recordRequests("registerResource");
          make(optsOf(), args);
          return recorded;
        });
        const component = requests.find((one) => one.getType() === `pulumi-cloudcontrol:index:${token}`)!;
        const below = requests.filter((one) => one.getType().startsWith("pulumi-nodejs:dynamic/"));
        expect(sorted(below.map((one) => one.getName()))).to.deep.equal(children);
        return { component, below };
      };

      describe(`${token} ${mode.title}`, () => {
        it("`protect` reaches every child, and none is protected without it", async () => {
          for (const protect of [true, false]) {
            const { component, below } = await asked(() => ({ protect }));
            expect([component, ...below].map((one) => one.getProtect())).to.deep.equal(
              [component, ...below].map(() => protect),
            );
          }
        });

        it("`providers` reach every child", async () => {
          const own = (): OwnProvider => new OwnProvider("pulumi-nodejs", "own");
          const provider = "urn:pulumi:stack::project::pulumi:providers:pulumi-nodejs::own";
          const ways = [
            () => ({ providers: [own()] }),
            () => ({ providers: { "pulumi-nodejs": own() } }),
            () => ({ provider: own() }),
          ];
          for (const optsOf of ways) {
            const { below } = await asked(optsOf);
            for (const child of below) {
              expect(child.getProvider().slice(0, provider.length + 2)).to.equal(`${provider}::`);
            }
          }
        });

        it("`aliases` stand at the component, whose children follow it as their parent", async () => {
          const { component, below } = await asked(() => ({ aliases: [{ name: "old" }] }));
          expect(component.getAliasesList().map((alias) => alias.getSpec()?.getName())).to.deep.equal(["old"]);
          for (const child of below) {
            expect(child.getAliasesList()).to.deep.equal([]);
            expect(child.getParent()).to.equal(`urn:pulumi:stack::project::pulumi-cloudcontrol:index:${token}::pets`);
            // The engine gives a child its former name by the name of its parent, with which it has to begin.
            expect(child.getName().startsWith("pets")).to.equal(true);
          }
        });

        it("`transform` has the last word on a child's options, too", async () => {
          const { below } = await asked(() => ({ protect: true }), {
            transform: { stage: ({ opts, ...child }) => ({ ...child, opts: { ...opts, protect: false } }) },
          });
          const unprotected = below.filter((one) => !one.getProtect()).map((one) => one.getName());
          expect(unprotected).to.deep.equal(["pets"]);
        });

        it("log groups that are to be kept stay in AWS, and nothing else does", async () => {
          for (const logsOnDelete of ["keep", "delete"] as const) {
            const { below } = await asked(() => ({}), { logsOnDelete });
            const kept = below.filter((one) => one.getRetainondelete()).map((one) => one.getName());
            expect(sorted(kept)).to.deep.equal(
              logsOnDelete === "keep" ? children.filter((name) => name.endsWith("-logs")) : [],
            );
          }
        });

        it("the stage waits for its logs and the role, and for the alarms that its gate asks", async () => {
          const { below } = await asked(() => ({}));
          const waitsFor = (name: string): string[] =>
            below.filter((one) => one.getName() === name).flatMap((one) => namesIn(one.getDependenciesList()));
          const counters: readonly string[] = children.filter((name) => name === "pets-canary-latency");
          expect(waitsFor("pets")).to.deep.equal(
            children.filter((name) => name !== "pets" && !counters.includes(name)),
          );
          // A metric that nobody counts would be watched in vain.
          expect(waitsFor("pets-canary-latency-alarm")).to.deep.equal(counters);
        });
      });
    }
  }
});

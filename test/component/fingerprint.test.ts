import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { fingerprint } from "../../components/fingerprint";
import { apigateway } from "../../index";
import { run, valueOf } from "./mocked";

const of = async (...values: unknown[]): Promise<string> => valueOf(fingerprint(values));

const method = (name: string, httpMethod: string) => () =>
  new apigateway.Method(name, { restApiId: "a1", httpMethod, integration: { type: "MOCK" } });

// What redeployOn compares. That a new text makes a new deployment is shown by the engine tests.
describe("fingerprint", () => {
  it("is the same for the same values, plain or as outputs, whatever the order of keys", async () => {
    const text = await of({ a: 1, b: { c: [1, 2], d: null } });
    expect(text).to.match(/^[0-9a-f]{64}$/);
    expect(await of({ b: { d: null, c: [1, 2] }, a: 1 })).to.equal(text);
    expect(await of(pulumi.output({ b: pulumi.output({ d: null, c: [1, 2] }), a: 1 }))).to.equal(text);
  });

  it("is another for other values, another order of a list, another number of values", async () => {
    const texts = [
      await of(1),
      await of("1"),
      await of(1, 1),
      await of([1, 2]),
      await of([2, 1]),
      await of({}),
      await of(),
    ];
    expect(new Set(texts).size).to.equal(texts.length);
  });

  it("follows what a resource is, not its name in the program", async () => {
    const textOf = async (program: () => apigateway.Method): Promise<string> => {
      const { result } = await run({ preview: false }, () => {
        const made = program();
        return { text: fingerprint([{ nested: [made] }]), made };
      });
      return valueOf(result.text);
    };
    const text = await textOf(method("get", "GET"));
    expect(await textOf(method("get", "GET"))).to.equal(text);
    expect(await textOf(method("get", "POST"))).to.not.equal(text);
  });

  it("is not known in a preview where a value is not", async () => {
    const { result } = await run({ preview: true }, () => fingerprint([method("get", "GET")().id]));
    expect(await valueOf(result)).to.equal("unknown");
  });

  it("of a resource is in a preview what it is in the update, whatever outputs are not known yet", async () => {
    class Other extends pulumi.CustomResource {
      declare readonly size: pulumi.Output<number>;
      constructor(name: string, size: number) {
        super("other:index:Thing", name, { size, unset: undefined });
      }
    }
    const program = (size: number) => () => ({
      own: fingerprint([method("get", "GET")()]),
      known: fingerprint([new Other("other", size).size]),
      other: fingerprint([[new Other("another", size)]]),
    });
    const [preview, update] = [
      (await run({ preview: true }, program(1))).result,
      (await run({ preview: false }, program(1))).result,
    ];
    expect(await valueOf(preview.own)).to.equal(await valueOf(update.own));
    expect(await valueOf(preview.known)).to.equal(await valueOf(update.known));
    expect(await valueOf(preview.other)).to.match(/^[0-9a-f]{64}$/);
    const changed = (await run({ preview: true }, program(2))).result;
    expect(await valueOf(changed.other)).to.not.equal(await valueOf(preview.other));
  });

  it("stays secret where a value is", async () => {
    expect(await pulumi.isSecret(fingerprint([{ key: pulumi.secret("hush") }]))).to.equal(true);
  });
});

import { expect } from "chai";
import { accountOf, identityOf, openBag, outputsOf } from "../../../provider/bag";
import type { JsonObject } from "../../../provider/core/json";
import { optionsOf } from "../../../provider/target";
import { identityOf as identityInProgram } from "../../../resources/identity";
import { readSchema } from "../../../schema/table";
import { classTypes } from "../../../scripts/generate/catalog";
import { tokenOf } from "../../../schema/names";

const STAGE = "AWS::ApiGateway::Stage";
const GROUP = "AWS::Logs::LogGroup";
const REGION = "us-east-1";
const ACCOUNT = "111111111111";

function shown(typeName: string, id: string, owned: JsonObject): JsonObject {
  const bag = openBag({ __type: typeName, region: REGION });
  const options = optionsOf(bag.bag);
  return outputsOf(bag, {
    schema: readSchema(typeName)!,
    id,
    options,
    account: ACCOUNT,
    owned,
    attributes: {},
    notes: {},
  });
}

// Does not prove what the engine makes of the bags: test/engine/old-state.test.ts and state-size.test.ts do.
describe("the bags of the state", () => {
  it("say the account of a stage once, in an output that users want", () => {
    const outputs = shown(STAGE, "a1|dev", { RestApiId: "a1", StageName: "dev" });
    expect(outputs).to.have.property("executionArn", `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1/dev`);
    expect(outputs).to.not.have.property("account");
    expect(accountOf(openBag(outputs))).to.equal(ACCOUNT);
  });

  it("say the account by itself where no output of the provider's has it", () => {
    const outputs = shown(GROUP, "g", { LogGroupName: "g" });
    expect(outputs).to.have.property("account", ACCOUNT);
    expect(accountOf(openBag(outputs))).to.equal(ACCOUNT);
  });

  it("of an early state name their account themselves", () => {
    const executionArn = `arn:aws:execute-api:${REGION}:${ACCOUNT}:a1/dev`;
    expect(accountOf(openBag({ __type: STAGE, account: "222222222222", executionArn }))).to.equal("222222222222");
    expect(
      accountOf(openBag({ __type: STAGE, arn: "arn:aws:apigateway:us-east-1::/restapis/a1/stages/dev" })),
    ).to.equal(undefined);
  });
});

describe("a resource's identity", () => {
  const of = (typeName: string, __identity: string): string | undefined =>
    identityOf(openBag({ __type: typeName, __identity }));

  it("is the same in the journal, whether its type was left out or not", () => {
    for (const typeName of classTypes) {
      const short = identityInProgram(`pulumi-nodejs:dynamic/${tokenOf(typeName)}`, "a::b", undefined, typeName);
      expect(short).to.match(/^[^/]+\/[^/]+\/::a::b$/);
      expect(of(typeName, short)).to.equal(short.replace("/::", `/${tokenOf(typeName)}::`));
    }
  });

  it("keeps a type that the registry's name does not say", () => {
    const long = "shop/dev/my::Component$apigateway:Stage::x/::y";
    expect(of(STAGE, long)).to.equal(long);
    expect(of(STAGE, "shop/dev/apigateway:Stage::x")).to.equal("shop/dev/apigateway:Stage::x");
    expect(identityInProgram("pulumi-nodejs:dynamic/cloudcontrol:Resource", "x", undefined)).to.match(
      /\/cloudcontrol:Resource::x$/,
    );
  });
});

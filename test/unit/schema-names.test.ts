import { expect } from "chai";
import fc from "fast-check";
import { sdkName, sdkNames } from "../../schema/names";
import { readSchema, typeNames } from "../../schema/table";

/** Every list of properties that stands side by side in an object of the registry, with its place. */
function* propertyLists(node: unknown, place: string): Generator<{ place: string; properties: string[] }> {
  if (typeof node !== "object" || node === null) return;
  for (const [key, value] of Object.entries(node as Record<string, unknown>)) {
    if (key === "enum" || key === "const" || key === "default") continue;
    if (key === "properties" && typeof value === "object" && value !== null) {
      yield { place, properties: Object.keys(value) };
    }
    yield* propertyLists(value, `${place}/${key}`);
  }
}

// Does not prove that the names please: only that they are ruled and can be converted back.
describe("camelCase names", () => {
  const rules: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    "lower the first word": {
      StageName: "stageName",
      Arn: "arn",
      ETag: "eTag",
      XAxis: "xAxis",
      OAuthScopes: "oAuthScopes",
    },
    "take an acronym for one word": {
      APIKeyId: "apiKeyId",
      ARN: "arn",
      DBName: "dbName",
      VPCId: "vpcId",
      HTTP2: "http2",
    },
    "count an acronym's plural to it": {
      ARNs: "arns",
      CNAMEs: "cnames",
      VPCs: "vpcs",
      LFTags: "lfTags",
      AWSServiceName: "awsServiceName",
    },
    "count an acronym's version to it": {
      IPv4Addresses: "ipv4Addresses",
      IPv6Address: "ipv6Address",
      IPV6Enabled: "ipv6Enabled",
    },
    "leave everything after the first word as AWS writes it": { KmsKeyARN: "kmsKeyARN", S3Location: "s3Location" },
    "leave what is small already": { arn: "arn", vCpu: "vCpu", "": "" },
  };
  for (const [rule, names] of Object.entries(rules)) {
    it(rule, () => {
      for (const [cfn, sdk] of Object.entries(names)) expect(sdkName(cfn), cfn).to.equal(sdk);
    });
  }

  it("never collide within an object of the registry", () => {
    let lists = 0;
    const collisions: string[] = [];
    for (const type of typeNames()) {
      for (const { place, properties } of propertyLists(readSchema(type), type)) {
        lists++;
        if (new Set(properties.map(sdkName)).size < properties.length) collisions.push(place);
      }
    }
    expect(collisions).to.deep.equal([]);
    expect(lists).to.be.above(13_000);
  });
});

describe("the names of one object's properties", () => {
  it("are those of the single properties, in their order", () => {
    expect([...sdkNames(["RestApiId", "ARNs"])]).to.deep.equal([
      ["RestApiId", "restApiId"],
      ["ARNs", "arns"],
    ]);
  });

  it("let the later of two that would collide keep its CloudFormation name", () => {
    expect([...sdkNames(["Arn", "ARN"])]).to.deep.equal([
      ["Arn", "arn"],
      ["ARN", "ARN"],
    ]);
  });

  it("let one that is small already keep its name, wherever it stands", () => {
    expect([...sdkNames(["Arn", "arn"])]).to.deep.equal([
      ["Arn", "Arn"],
      ["arn", "arn"],
    ]);
  });

  it("can always be converted back", () => {
    const name = fc.stringMatching(/^[aAbB]{1,4}[sS1]?$/);
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (cfnNames) => {
        const names = sdkNames(cfnNames);
        expect([...names.keys()]).to.deep.equal(cfnNames);
        expect(new Set(names.values()).size).to.equal(cfnNames.length);
      }),
    );
  });
});

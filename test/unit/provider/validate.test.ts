import { expect } from "chai";
import type { JsonObject } from "../../../provider/core/json";
import { matches } from "../../../provider/core/pattern";
import { typeSchema } from "../../../provider/core/schema";
import { UNKNOWN } from "../../../provider/core/unknown";
import { validate } from "../../../provider/core/validate";
import { readSchema } from "../../../schema/table";

/** `property: reason` of each failure, with the schema's own names. */
function failures(typeName: string, desired: JsonObject): string[] {
  const root = readSchema(typeName);
  if (!root) throw new Error(`no schema of ${typeName}`);
  return validate(typeSchema(root), desired, (path) => path.join(".")).map(
    ({ property, reason }) => `${property}: ${reason}`,
  );
}

// The shipped schemas are cfn-lint's, which know more than AWS's own; that AWS refuses the same is not shown.
describe("members that go together or exclude each other, for any type", () => {
  const ALARM = "AWS::CloudWatch::Alarm";
  const alarm = { ComparisonOperator: "GreaterThanThreshold", EvaluationPeriods: 1, Threshold: 1 };
  const EITHER = "expected one of Metrics, MetricName, EvaluationCriteria, got none of them. Fix: set one of them";

  it("need one of several", () => {
    expect(failures(ALARM, alarm)).to.deep.equal([`Metrics: ${EITHER}`]);
    expect(failures(ALARM, { ...alarm, MetricName: "Errors" })).to.deep.equal([]);
    expect(failures("AWS::Events::Rule", { Name: "r" })).to.deep.equal([
      "EventPattern: expected one of EventPattern, ScheduleExpression, got none of them. Fix: set one of them",
    ]);
  });

  it("exclude each other", () => {
    const both = { ...alarm, MetricName: "Errors", Statistic: "Sum", ExtendedStatistic: "p99" };
    expect(failures(ALARM, both)).to.deep.equal([
      "ExtendedStatistic: expected only one of ExtendedStatistic, Statistic, got more than one. Fix: remove all of them but one",
    ]);
  });

  const SCRAPER = "AWS::APS::Scraper";
  const scraper = (destination: JsonObject): JsonObject => ({
    ScrapeConfiguration: { ConfigurationBlob: "eA==" },
    Source: { EksConfiguration: { ClusterArn: "arn:aws:eks:us-east-1:1:cluster/c", SubnetIds: ["subnet-00000001"] } },
    Destination: destination,
  });
  const amp = { AmpConfiguration: { WorkspaceArn: "arn:aws:aps:us-east-1:111111111111:workspace/w" } };

  it("are judged inside of members, too, with the path", () => {
    const none = failures(SCRAPER, scraper({})).filter((text) => text.startsWith("Destination"));
    expect(none).to.deep.equal([
      "Destination.AmpConfiguration: expected one of AmpConfiguration, CloudWatchConfiguration, got none of them. Fix: set one of them",
    ]);
    const both = failures(SCRAPER, scraper({ ...amp, CloudWatchConfiguration: {} }));
    expect(both.filter((text) => text.includes("only one of"))).to.deep.equal([
      "Destination.AmpConfiguration: expected only one of AmpConfiguration, CloudWatchConfiguration, got more than one. Fix: remove all of them but one",
    ]);
    expect(failures(SCRAPER, scraper(amp)).filter((text) => text.includes("one of"))).to.deep.equal([]);
  });

  it("need another", () => {
    const table = { KeySchema: [{ AttributeName: "id", KeyType: "HASH" }] };
    expect(
      failures("AWS::DynamoDB::Table", { ...table, SSESpecification: { KMSMasterKeyId: "k", SSEEnabled: true } }),
    ).to.deep.equal([
      "SSESpecification.SSEType: expected a value, as KMSMasterKeyId needs one, got nothing. Fix: set SSEType, or remove KMSMasterKeyId",
    ]);
  });

  it("are not judged while one of them is unknown, as it may turn out to be missing", () => {
    expect(failures(ALARM, { ...alarm, Metrics: UNKNOWN })).to.deep.equal([]);
    expect(failures(ALARM, { ...alarm, Metrics: UNKNOWN, MetricName: "Errors" })).to.deep.equal([]);
    expect(failures(SCRAPER, scraper({ ...amp, CloudWatchConfiguration: UNKNOWN })).join()).to.not.include("one of");
  });

  it("may share what all of them need: an image pipeline takes one recipe of two kinds", () => {
    const pipeline = {
      Name: "pipeline",
      InfrastructureConfigurationArn: "arn:aws:imagebuilder:us-east-1:111111111111:infrastructure-configuration/i",
    };
    const [first, ...more] = failures("AWS::ImageBuilder::ImagePipeline", pipeline);
    expect([first, more]).to.deep.equal([
      "ContainerRecipeArn: expected one of ContainerRecipeArn, ImageRecipeArn, got none of them. Fix: set one of them",
      [],
    ]);
  });
});

// What AWS's own matchers make of a pattern is known from their manuals only.
describe("a schema's pattern, in the dialects of Java and Python", () => {
  const PATTERNS: readonly (readonly [pattern: string, good: string, bad: string | undefined])[] = [
    ["\\A[a-z]+\\Z", "abc", "ab1"],
    ["^[a-z]+\\z", "abc", "ab1"],
    ["^[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*$", "Größe 1", "a#"],
    ["^[\\w\\-\\_]+$", "a-b_c", "a b"],
    // Inline flags, POSIX classes, intersections: what JavaScript cannot say is left to AWS.
    ["(?s).+", "a\nb", undefined],
    ["^\\p{Print}+$", "é", undefined],
    ["^[\\p{Print}&&[^|:/]]+$", "|", undefined],
    ["^([\\p{L}_]*)${1,128}", "#", undefined],
  ];
  for (const [pattern, good, bad] of PATTERNS) {
    it(`${bad === undefined ? "is left to AWS" : "is judged"}: ${pattern}`, () => {
      expect(matches(pattern, good)).to.equal(true);
      if (bad !== undefined) expect(matches(pattern, bad)).to.equal(false);
    });
  }
});

describe("a map's size", () => {
  it("is held against the schema's bounds", () => {
    const root = readSchema("AWS::SSM::Association");
    if (!root) throw new Error("no schema");
    const bounded = {
      ...root,
      properties: { Bag: { type: "object", maxProperties: 1, patternProperties: { ".*": {} } } },
    };
    const check = (bag: JsonObject): string[] =>
      validate(typeSchema({ ...bounded, required: [] }), { Bag: bag }, (path) => path.join(".")).map(
        ({ reason }) => reason,
      );
    expect(check({ a: 1 })).to.deep.equal([]);
    expect(check({ a: 1, b: 2 })).to.deep.equal(["expected 0 to 1 keys, got 2."]);
  });
});

import { expect } from "chai";
import fc from "fast-check";
import { plainLogFormat } from "../../resources/apigateway/log-format";
import { logFormatWarnings } from "../../resources/apigateway/log-lint";

// Says nothing about what AWS makes of a format.
describe("plainLogFormat", () => {
  const cases: readonly (readonly [rule: string, written: string, sent: string])[] = [
    ["leaves AWS's own form alone", "$context.requestId $context.path", "$context.requestId $context.path"],
    [
      "drops braces",
      "${context.requestId} - ${context.identity.sourceIp}",
      "$context.requestId - $context.identity.sourceIp",
    ],
    ["takes both forms in one format", "${context.requestId} $context.path", "$context.requestId $context.path"],
    ["keeps text around variables", '{"id":"${context.requestId}"}', '{"id":"$context.requestId"}'],
    ["keeps braces that a letter follows", "${context.stage}api ${context.path}", "${context.stage}api $context.path"],
    ["keeps braces that a dot and a letter follow", "${context.stage}.log", "${context.stage}.log"],
    ["drops braces before a dot that ends a sentence", "${context.path}. ", "$context.path. "],
    [
      "does not touch other braces",
      "${stageVariables.x} {context.y} $context",
      "${stageVariables.x} {context.y} $context",
    ],
    ["does not touch empty names", "${context.}", "${context.}"],
  ];
  for (const [rule, written, sent] of cases) {
    it(rule, () => {
      expect(plainLogFormat(written).format).to.equal(sent);
    });
  }

  it("changes nothing the second time", () => {
    const parts = fc.constantFrom("${context.requestId}", "$context.path", " ", "-", "x", ".", "${", "}", '"', "{");
    fc.assert(
      fc.property(fc.array(parts), (pieces) => {
        const once = plainLogFormat(pieces.join("")).format;
        expect(plainLogFormat(once).format).to.equal(once);
      }),
    );
  });
});

describe("logFormatWarnings", () => {
  it("say nothing about AWS's own form", () => {
    expect(logFormatWarnings("$context.requestId", false)).to.deep.equal([]);
  });

  it("show the form that is sent", () => {
    expect(logFormatWarnings("${context.requestId} ${context.path}", false)).to.deep.equal([
      "accessLogSetting.format: AWS writes variables without braces ($context.requestId, not ${context.requestId}). The format is sent as: $context.requestId $context.path",
    ]);
  });

  it("name the variables whose braces stay, and say what to do", () => {
    expect(logFormatWarnings("$context.requestId ${context.stage}api", false)).to.deep.equal([
      "accessLogSetting.format: The braces of ${context.stage} could not be dropped, as the text behind would become part of the name. Fix: put a space or another separator behind",
    ]);
  });

  it("say what API Gateway would never fill, and show a line", () => {
    expect(logFormatWarnings("$context.requestId $context.sourceIp $context.status", false)).to.deep.equal([
      'accessLogSetting.format: API Gateway has no $context.sourceIp and would always write "-". Fix: write $context.identity.sourceIp. A line will look like: c6af9ac6-7b61-11e6-9a41-93e8deadbeef - 200',
    ]);
  });

  it("quote nothing of a secret format", () => {
    expect(logFormatWarnings("hush ${context.requestId} ${context.stage}api $context.hush", true)).to.deep.equal([
      "accessLogSetting.format: AWS writes variables without braces ($context.x, not ${context.x}). The format is sent without them. The braces of 1 of its variables could not be dropped, as the text behind would become part of the name. Fix: put a space or another separator behind",
      "accessLogSetting.format: unknown-variable",
    ]);
  });
});

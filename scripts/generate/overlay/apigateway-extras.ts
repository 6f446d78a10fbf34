import type { TypeOverlay } from "./overlay";
import { tag } from "./stage-settings";

export const clientCertificate: TypeOverlay = {
  typeName: "AWS::ApiGateway::ClientCertificate",
  doc: `A certificate that API Gateway makes and shows to HTTP backends, so that these can tell its calls from others.

It ends a year after it was made; API Gateway then makes no new one by itself.`,
  docs: {
    ClientCertificateId: "The id that API Gateway gave the certificate; a `Stage` refers to it.",
    Description: "What the certificate is for, in your words.",
    Tags: "Tags on the certificate.",
  },
  definitions: { Tag: { doc: "A tag on a client certificate.", docs: tag } },
};

export const documentationVersion: TypeOverlay = {
  typeName: "AWS::ApiGateway::DocumentationVersion",
  doc: `A snapshot of an API's documentation under a name, which stages refer to.

AWS makes one such snapshot in 20 seconds.`,
  docs: {
    Description: "What is new in this version, in your words.",
    DocumentationVersion: "The version's name, such as `1.0.0`.",
    RestApiId: "The id of the REST API.",
  },
};

export const usagePlan: TypeOverlay = {
  typeName: "AWS::ApiGateway::UsagePlan",
  doc: `How much the holders of certain API keys may call certain stages.

A plan counts only for methods with \`apiKeyRequired\`. AWS changes one plan in 20 seconds.`,
  docs: {
    ApiStages: "The stages that the plan opens, each with limits of its own if need be.",
    Description: "Whom the plan is for, in your words.",
    Id: "The id that API Gateway gave the plan.",
    Quota: "How many requests a key may make in a day, a week or a month.",
    Tags: "Tags on the plan.",
    Throttle: "How fast a key may call, over all its requests.",
    UsagePlanName: "The plan's name, which people see in the console.",
  },
  definitions: {
    ApiStage: {
      doc: "A stage that a usage plan opens.",
      docs: {
        ApiId: "The id of the REST API.",
        Stage: "The name of the stage.",
        Throttle: "Limits of single methods, by `/path/METHOD`, such as `/pets/GET`. The keys stay as you write them.",
      },
    },
    QuotaSettings: {
      doc: "How many requests a key may make in a period.",
      docs: {
        Limit: "The number of requests.",
        Offset: "The requests that are taken off in the first period.\n@defaultValue `0`",
        Period: "`DAY`, `WEEK` or `MONTH`.",
      },
    },
    ThrottleSettings: {
      doc: "How fast a key may call.",
      docs: {
        BurstLimit: "How many requests may come at once before API Gateway answers 429.",
        RateLimit: "How many requests per second are let through on average.",
      },
    },
    Tag: { doc: "A tag on a usage plan.", docs: tag },
  },
};

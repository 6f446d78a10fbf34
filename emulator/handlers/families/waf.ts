import { isObject, objects, str, type JsonObject } from "../../json";
import type { Overlay, Overlays } from "../overlay";
import { serviceError, type HandlerContext, type HandlerErrorCode, type HandlerError } from "../types";

function refused(context: HandlerContext, code: HandlerErrorCode, message: string): HandlerError {
  return serviceError(context, "Wafv2", 400, code, message);
}

/** The capacities AWS names for its own rule groups [D], and those of simple statements. */
const managed: Readonly<Record<string, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesWordPressRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesBotControlRuleSet: 50,
};
const statements: Readonly<Record<string, number>> = {
  ByteMatchStatement: 10,
  GeoMatchStatement: 1,
  IPSetReferenceStatement: 1,
  LabelMatchStatement: 1,
  RegexMatchStatement: 3,
  RegexPatternSetReferenceStatement: 25,
  SizeConstraintStatement: 1,
  SqliMatchStatement: 20,
  XssMatchStatement: 40,
};

/** The capacity units of one statement; near AWS's, which also weighs transformations and components. */
function capacity(statement: unknown): number {
  if (!isObject(statement)) return 0;
  let units = 0;
  for (const [kind, value] of Object.entries(statement)) {
    if (!isObject(value)) continue;
    const inner = objects(value.Statements).reduce((sum, one) => sum + capacity(one), capacity(value.Statement));
    if (kind === "ManagedRuleGroupStatement") units += managed[str(value.Name) ?? ""] ?? 50;
    else if (kind === "RateBasedStatement") units += 2 + capacity(value.ScopeDownStatement);
    else units += (statements[kind] ?? 0) + inner;
  }
  return units;
}

function arnOf(model: JsonObject, { partition, region, account }: HandlerContext): string {
  const place = model.Scope === "CLOUDFRONT" ? "global" : "regional";
  return `arn:${partition}:wafv2:${region}:${account}:${place}/webacl/${str(model.Name) ?? ""}/${str(model.Id) ?? ""}`;
}

const webAcl: Overlay = {
  exactAttributes: true,
  ids: (_, context) => ({ Id: context.ids.uuid() }),
  check(model, context) {
    if (model.Scope === "CLOUDFRONT" && context.region !== "us-east-1") {
      // [D]; the text is WAF's own for a wrong scope [I].
      throw refused(
        context,
        "InvalidRequest",
        "Error reason: The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT",
      );
    }
    const priorities = objects(model.Rules).map((rule) => rule.Priority);
    if (new Set(priorities).size < priorities.length) {
      throw refused(context, "InvalidRequest", "Error reason: Rules must have unique priorities, field: RULES");
    }
  },
  // An observed default; the rest is the form of WAF's own ids [D].
  defaults: (model, context) => ({
    Arn: arnOf(model, context),
    LabelNamespace: `awswaf:${context.account}:webacl:${str(model.Name) ?? ""}:`,
    Capacity: objects(model.Rules).reduce((sum, rule) => sum + capacity(rule.Statement), 0),
    OnSourceDDoSProtectionConfig: model.OnSourceDDoSProtectionConfig ?? { ALBLowReputationMode: "ACTIVE_UNDER_DDOS" },
  }),
  exists: (_, context) =>
    refused(
      context,
      "AlreadyExists",
      "AWS WAF couldn’t perform the operation because some resource in your request is a duplicate of an existing one.",
    ),
  remove(live, context) {
    const used = context.store.list("AWS::WAFv2::WebACLAssociation").some((a) => a.model.WebACLArn === live.Arn);
    if (!used) return;
    throw refused(
      context,
      "ResourceConflict",
      "AWS WAF couldn’t perform the operation because your resource is being used by another resource or it’s associated with another resource.",
    );
  },
  missing: (_, context) => notFound(context),
};

function notFound(context: HandlerContext): HandlerError {
  return refused(context, "NotFound", "AWS WAF couldn’t perform the operation because your resource doesn’t exist.");
}

/** Both ends may have been made outside this emulator, so they are only asked for when a switch wants it [U]. */
function checkEnds(model: JsonObject, context: HandlerContext): void {
  if (!context.quirks.associationEndsChecked) return;
  const acls = context.store.list("AWS::WAFv2::WebACL");
  if (!acls.some((acl) => acl.model.Arn === model.WebACLArn)) throw notFound(context);
  const [, api, name] = /:\/restapis\/([^/]+)\/stages\/(.+)$/.exec(str(model.ResourceArn) ?? "") ?? [];
  if (api === undefined || name === undefined) return;
  if (!context.store.get("AWS::ApiGateway::Stage", `${api}|${name}`)) throw notFound(context);
}

const association: Overlay = {
  check: checkEnds,
  // Associating a resource again moves it to the new web ACL [D]: the old association is gone.
  made(model, context) {
    for (const other of context.store.list("AWS::WAFv2::WebACLAssociation")) {
      const moved = other.model.ResourceArn === model.ResourceArn && other.model.WebACLArn !== model.WebACLArn;
      if (moved) context.store.remove(other.typeName, other.identifier);
    }
  },
  missing: (_, context) => notFound(context),
};

/** Web ACLs and what they protect. @internal */
export const waf: Overlays = { "AWS::WAFv2::WebACL": webAcl, "AWS::WAFv2::WebACLAssociation": association };

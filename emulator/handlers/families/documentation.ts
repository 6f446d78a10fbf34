import { isObject, parseJson, str, type JsonObject } from "../../json";
import { badRequest, conflict, inferredRefusal, notFound, quota, under } from "../apigateway/shared";
import type { Overlay, Overlays } from "../overlay";
import type { HandlerContext } from "../types";
import { below, missing, sixAs } from "./shared";

/** Where a part of the documentation may stand [D]: the fields that each type of location takes. */
const locationFields: Readonly<Record<string, readonly string[]>> = {
  API: [],
  AUTHORIZER: ["Name"],
  MODEL: ["Name"],
  RESOURCE: ["Path"],
  METHOD: ["Path", "Method"],
  PATH_PARAMETER: ["Path", "Method", "Name"],
  QUERY_PARAMETER: ["Path", "Method", "Name"],
  REQUEST_HEADER: ["Path", "Method", "Name"],
  REQUEST_BODY: ["Path", "Method"],
  RESPONSE: ["Path", "Method", "StatusCode"],
  RESPONSE_HEADER: ["Path", "Method", "StatusCode", "Name"],
  RESPONSE_BODY: ["Path", "Method", "StatusCode"],
};

function checkPart(desired: JsonObject, context: HandlerContext, live?: JsonObject): void {
  const location = isObject(desired.Location) ? desired.Location : {};
  const allowed = locationFields[str(location.Type) ?? ""];
  if (!allowed) throw badRequest(context, "Invalid Documentation part type specified");
  const strange = Object.keys(location).find((field) => field !== "Type" && !allowed.includes(field));
  if (strange !== undefined) {
    throw badRequest(
      context,
      `Documentation part location of type ${str(location.Type) ?? ""} doesn't allow the field ${strange}`,
    );
  }
  const text = str(desired.Properties) ?? "";
  try {
    if (!isObject(parseJson(text))) throw new SyntaxError("not an object");
  } catch {
    throw badRequest(context, "Documentation part properties must be a valid JSON object");
  }
  if (live) return;
  const twin = under(context, "DocumentationPart", desired.RestApiId).some((p) => {
    const other = isObject(p.model.Location) ? p.model.Location : {};
    return ["Type", "Path", "Method", "StatusCode", "Name"].every((field) => other[field] === location[field]);
  });
  if (twin) throw conflict(context, "Documentation part already exists for the specified location");
  quota(context, under(context, "DocumentationPart", desired.RestApiId).length, 2000, "documentation parts", "api");
}

const documentationPart: Overlay = {
  ...sixAs("DocumentationPartId"),
  ...missing("Documentation part"),
  check: checkPart,
};

const documentationVersion: Overlay = {
  missing: (_, context) => notFound(context, "Invalid Documentation version specified"),
  exists: (desired, context) =>
    conflict(context, `Documentation version already exists: ${str(desired.DocumentationVersion) ?? ""}`),
  remove(live, context) {
    const stage = under(context, "Stage", live.RestApiId).find(
      (s) => s.model.DocumentationVersion === live.DocumentationVersion,
    );
    if (!stage) return;
    inferredRefusal(context, `Documentation version is in use by stage ${str(stage.model.StageName) ?? ""}`);
  },
};

/** The documentation of a REST API. @internal */
export const documentation: Overlays = {
  "AWS::ApiGateway::DocumentationPart": below(documentationPart),
  "AWS::ApiGateway::DocumentationVersion": below(documentationVersion),
};

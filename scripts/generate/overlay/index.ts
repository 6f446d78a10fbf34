import { account } from "./apigateway-account";
import { basePathMapping } from "./apigateway-base-path-mapping";
import { deployment } from "./apigateway-deployment";
import { clientCertificate, documentationVersion, usagePlan } from "./apigateway-extras";
import { method } from "./apigateway-method";
import { resource } from "./apigateway-resource";
import { restApi } from "./apigateway-rest-api";
import { stage } from "./apigateway-stage";
import { alarm, dashboard, metricFilter, webAclAssociation } from "./cloudwatch";
import { role } from "./iam-role";
import { logGroup } from "./logs-log-group";
import type { TypeOverlay } from "./overlay";

const overlays = [
  account,
  alarm,
  basePathMapping,
  clientCertificate,
  dashboard,
  deployment,
  documentationVersion,
  logGroup,
  method,
  metricFilter,
  resource,
  restApi,
  role,
  stage,
  usagePlan,
  webAclAssociation,
];
const byType = new Map(overlays.map((overlay) => [overlay.typeName, overlay]));

/** What we add to a type; nothing, when we have not written anything. */
export function overlayOf(typeName: string): TypeOverlay {
  return byType.get(typeName) ?? { typeName };
}

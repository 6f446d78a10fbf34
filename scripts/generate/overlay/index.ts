import { account } from "./apigateway-account";
import { deployment } from "./apigateway-deployment";
import { method } from "./apigateway-method";
import { resource } from "./apigateway-resource";
import { restApi } from "./apigateway-rest-api";
import { stage } from "./apigateway-stage";
import { role } from "./iam-role";
import { logGroup } from "./logs-log-group";
import type { TypeOverlay } from "./overlay";

const overlays = [account, deployment, logGroup, method, resource, restApi, role, stage];
const byType = new Map(overlays.map((overlay) => [overlay.typeName, overlay]));

/** What we add to a type; nothing, when we have not written anything. */
export function overlayOf(typeName: string): TypeOverlay {
  return byType.get(typeName) ?? { typeName };
}

import { apiParts } from "./families/apiParts";
import { cloudWatch } from "./families/cloudWatch";
import { documentation } from "./families/documentation";
import { domains } from "./families/domains";
import { httpApi } from "./families/httpApi";
import { logs } from "./families/logs";
import { others } from "./families/others";
import { usage } from "./families/usage";
import { waf } from "./families/waf";
import type { Overlay, Overlays } from "./overlay";

const overlays: Overlays = {
  ...apiParts,
  ...cloudWatch,
  ...documentation,
  ...domains,
  ...httpApi,
  ...logs,
  ...others,
  ...usage,
  ...waf,
};

/** What is known of a type beyond its schema, if anything is. @internal */
export function overlayOf(typeName: string): Overlay | undefined {
  return Object.hasOwn(overlays, typeName) ? overlays[typeName] : undefined;
}

/*
 * The path of a method setting is one JSON-pointer step behind a slash: `/pets/{id}` is written `/~1pets~1{id}`, the
 * API's root is `/`, every path is `/*`.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-apigateway-stage-methodsetting.html
 */

/** The encoded path of a resource, from its path parts. */
export function encodeMethodPath(parts: readonly string[]): string {
  return parts.length === 0 ? "/" : `/${parts.map((part) => `~1${part.replaceAll("~", "~0")}`).join("")}`;
}

/** What is wrong with a `resourcePath` as the user wrote it, with the form that AWS takes; undefined if nothing is. */
export function wrongMethodPath(path: string): { readonly expected: string; readonly fix: string } | undefined {
  if (path === "/" || path === "/*") return undefined;
  if (!path.startsWith("/")) {
    return { expected: 'a path that begins with "/"', fix: `write "${encodeMethodPath(split(path))}"` };
  }
  if (/^\/~1[^/]+$/.test(path)) return undefined;
  return {
    expected: 'a path with its inner slashes encoded as "~1"',
    fix: `write "${encodeMethodPath(split(path))}"`,
  };
}

function split(path: string): string[] {
  return path.replaceAll("~1", "/").split("/").filter(Boolean);
}

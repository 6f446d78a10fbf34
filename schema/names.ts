/**
 * The camelCase name under which the package shows a property of the registry: the first word is lowered, the rest
 * stays as AWS writes it. A leading acronym is one word (`APIKeyId` → `apiKeyId`, `ARN` → `arn`), and so are
 * its plural and its version (`CNAMEs` → `cnames`, `IPv6Address` → `ipv6Address`).
 *
 * Within one object use {@link sdkNames}: this function alone does not know a name's neighbours.
 */
export function sdkName(cfnName: string): string {
  const run = /^[A-Z]+/.exec(cfnName)?.[0] ?? "";
  const word = leadingWordLength(run.length, cfnName.slice(run.length));
  return cfnName.slice(0, word).toLowerCase() + cfnName.slice(word);
}

/** What still belongs to an acronym though it is small: a plural's `s`, the `v` of IPv4, the `x` of FSx. */
const ACRONYM_TAIL = /^(?:s(?![a-z])|v(?=\d)|x(?=[A-Z]))/;

function leadingWordLength(capitals: number, rest: string): number {
  if (capitals <= 1 || !/^[a-z]/.test(rest) || ACRONYM_TAIL.test(rest)) return capitals;
  // An acronym followed by a word: its last capital begins that word.
  return capitals - 1;
}

/**
 * The camelCase names of one object's properties, by their CloudFormation names, in the order given. This is the way to
 * convert the keys of an object: it is reversible, because no two properties get the same name. Where two would, the
 * later one keeps its CloudFormation name, and one that is small already comes before all others.
 */
export function sdkNames(cfnNames: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set(cfnNames.filter((cfnName) => sdkName(cfnName) === cfnName));
  for (const cfnName of cfnNames) {
    const wanted = sdkName(cfnName);
    names.set(cfnName, taken.has(wanted) ? cfnName : wanted);
    taken.add(wanted);
  }
  return names;
}

/** The end of the Pulumi type token of a typed resource: `apigateway:Stage` of `AWS::ApiGateway::Stage`. */
export function tokenOf(typeName: string): string {
  const [, service = "", type = ""] = typeName.split("::");
  return `${service.toLowerCase()}:${type}`;
}

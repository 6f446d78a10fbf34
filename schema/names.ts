/**
 * The camelCase name under which the package shows a property of the registry: a leading run of capitals is lowered,
 * except the last one when a lower-case letter follows (`RestApiId` → `restApiId`, `APIKeyId` → `apiKeyId`,
 * `ARN` → `arn`). Everything after that run stays as AWS writes it.
 */
export function sdkName(cfnName: string): string {
  const run = /^[A-Z]+/.exec(cfnName)?.[0] ?? "";
  if (run.length <= 1) return run.toLowerCase() + cfnName.slice(run.length);
  const next = cfnName.charAt(run.length);
  // An acronym followed by a word: its last capital begins the word. A digit or the end closes the acronym.
  const lowered = /[a-z]/.test(next) ? run.length - 1 : run.length;
  return cfnName.slice(0, lowered).toLowerCase() + cfnName.slice(lowered);
}

import { isObject, type JsonObject } from "../json";
import { invalid } from "../server/errors";

interface Rule {
  readonly max: number;
  readonly min?: number;
  readonly pattern?: string;
  readonly secret?: boolean;
}

/** The constraints of the API model (facts 3.2). */
const rules: Readonly<Record<string, Rule>> = {
  TypeName: { min: 10, max: 196, pattern: "[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}::[A-Za-z0-9]{2,64}" },
  TypeVersionId: { min: 1, max: 128, pattern: "[A-Za-z0-9-]+" },
  RoleArn: { min: 20, max: 2048, pattern: "arn:.+:iam::[0-9]{12}:role/.+" },
  ClientToken: { min: 1, max: 128, pattern: "[-A-Za-z0-9+/=]+" },
  RequestToken: { min: 1, max: 128, pattern: "[-A-Za-z0-9+/=]+" },
  Identifier: { min: 1, max: 1024 },
  DesiredState: { min: 1, max: 262144, secret: true },
  PatchDocument: { min: 1, max: 262144, secret: true },
  ResourceModel: { min: 1, max: 262144, secret: true },
  NextToken: { min: 1, max: 2048 },
};

function member(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function violations(name: string, value: string): string[] {
  const rule = rules[name];
  if (!rule) return [];
  const shown = rule.secret ? "***Sensitive Data Redacted***" : value;
  const failed = (constraint: string): string =>
    `Value '${shown}' at '${member(name)}' failed to satisfy constraint: Member must ${constraint}`;
  const out: string[] = [];
  if (value.length > rule.max) out.push(failed(`have length less than or equal to ${rule.max}`));
  if (value.length < (rule.min ?? 0)) out.push(failed(`have length greater than or equal to ${rule.min ?? 0}`));
  if (rule.pattern !== undefined && !new RegExp(`^(?:${rule.pattern})$`).test(value)) {
    out.push(failed(`satisfy regular expression pattern: ${rule.pattern}`));
  }
  return out;
}

/** The members of a request, checked as the service's framework checks them. @internal */
export class Input {
  constructor(private readonly members: JsonObject) {}

  /** Checks all constraints of the model at once, as the service reports them. */
  check(required: readonly string[]): void {
    const found: string[] = [];
    for (const name of required) {
      if (this.members[name] === undefined || this.members[name] === null) {
        found.push(`Value null at '${member(name)}' failed to satisfy constraint: Member must not be null`);
      }
    }
    for (const name of Object.keys(rules)) {
      const value = this.text(name);
      if (value !== undefined) found.push(...violations(name, value));
    }
    const [first] = found;
    if (first === undefined) return;
    const count = found.length === 1 ? "1 validation error" : `${found.length} validation errors`;
    throw invalid(`${count} detected: ${found.join("; ")}`);
  }

  text(name: string): string | undefined {
    const value = Object.hasOwn(this.members, name) ? this.members[name] : undefined;
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") throw serialization(`${typeName(value)} can not be converted to a String`);
    return value;
  }

  /** A member that `check` has required. */
  need(name: string): string {
    const value = this.text(name);
    if (value === undefined)
      throw invalid(`Value null at '${member(name)}' failed to satisfy constraint: Member must not be null`);
    return value;
  }

  /** MaxResults, 1 to 100. */
  maxResults(fallback: number): number {
    const value = this.members.MaxResults ?? fallback;
    if (typeof value !== "number") throw serialization(`${typeName(value)} can not be converted to an Integer`);
    if (value < 1 || value > 100) {
      const bound = value < 1 ? "greater than or equal to 1" : "less than or equal to 100";
      throw invalid(
        `1 validation error detected: Value '${value}' at 'maxResults' failed to satisfy constraint: Member must have value ${bound}`,
      );
    }
    return Math.trunc(value);
  }

  /** A list of texts inside an object member, each one of the given; empty when it is not there. */
  texts(name: string, inner: string, allowed: readonly string[]): string[] {
    const holder = this.members[name];
    const list = isObject(holder) ? holder[inner] : undefined;
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) throw serialization("Expected list or null");
    const texts = list.map(String);
    if (texts.every((text) => allowed.includes(text))) return texts;
    const place = `${member(name)}.${member(inner)}`;
    const rule = `Member must satisfy enum value set: [${allowed.join(", ")}]`;
    throw invalid(
      `1 validation error detected: Value '[${texts.join(", ")}]' at '${place}' failed to satisfy constraint: Member must satisfy constraint: [${rule}]`,
    );
  }
}

function typeName(value: unknown): string {
  if (value === null) return "NULL_VALUE";
  if (typeof value === "boolean") return value ? "TRUE_VALUE" : "FALSE_VALUE";
  if (typeof value === "number") return "NUMBER_VALUE";
  return typeof value === "string" ? "STRING_VALUE" : "START_OBJECT";
}

function serialization(message: string): Error {
  return new SerializationError(message);
}

/** A member of the wrong JSON type; becomes AWS's SerializationException. @internal */
export class SerializationError extends Error {}

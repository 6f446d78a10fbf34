/** What an interface of the code says may stand in its JSON, read from its declaration. */
import ts from "typescript";

/** A JSON value as its type describes it; one without members or entries has nothing within that has a name of ours. */
export interface Shape {
  /** The members of an object, by name. */
  readonly members?: Readonly<Record<string, Shape>>;
  /** The entries of a list, or the values of a map. */
  readonly entry?: Shape;
}

/** Reads an interface of a file; what is declared elsewhere counts as a plain value. */
export function shapeOf(file: string, name: string): Shape {
  const program = ts.createProgram([file], { strict: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  if (!source) throw new Error(`${file} is not there`);
  const found = source.statements.find((one) => ts.isInterfaceDeclaration(one) && one.name.text === name);
  if (!found) throw new Error(`${file} has no interface ${name}`);
  const within = (given: ts.Type): Shape => {
    const type = checker.getNonNullableType(given);
    const entry = type.getNumberIndexType() ?? type.getStringIndexType();
    if (type.flags & ts.TypeFlags.StringLike) return {};
    if (entry) return { entry: isOurs(entry) ? within(entry) : {} };
    if (!isOurs(type)) return {};
    const members = type
      .getProperties()
      .map((member) => [member.name, within(checker.getTypeOfSymbol(member))] as const);
    return { members: Object.fromEntries(members) };
  };
  const isOurs = (type: ts.Type): boolean =>
    type.getSymbol()?.declarations?.some((one) => ts.isInterfaceDeclaration(one) && one.getSourceFile() === source) ===
    true;
  return within(checker.getTypeAtLocation(found));
}

/** The paths of all names of a shape. */
export function pathsOf({ members, entry }: Shape, at = ""): string[] {
  if (entry) return pathsOf(entry, `${at}.*`);
  return Object.entries(members ?? {}).flatMap(([name, shape]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [path, ...pathsOf(shape, path)];
  });
}

/** The paths of all names that a value has where its shape gives names, known to the shape or not. */
export function pathsIn(value: unknown, { members, entry }: Shape, at = ""): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (entry) return Object.values(value).flatMap((one) => pathsIn(one, entry, `${at}.*`));
  if (!members) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = at === "" ? name : `${at}.${name}`;
    return [path, ...pathsIn(inner, members[name] ?? {}, path)];
  });
}

import * as pulumi from "@pulumi/pulumi";
import type { DocumentationVersion } from "../resources/apigateway";
import { argumentsOf } from "../resources/base";
import type { RestApiReference } from "./references";

/** A version of an API's documentation that a stage component makes. */
interface Made {
  readonly stage: string;
  readonly version: unknown;
  readonly restApiId: unknown;
  /** The id of an API that the same program makes is unknown in its first preview; where it stands in the program is not. */
  readonly restApi: pulumi.Output<string> | undefined;
}

/** What each program has made; a process may run several. */
const made = new WeakMap<object, Made[]>();

/**
 * Tells at preview where two stages of a program make the same version of one API's documentation. AWS has one of a name
 * for each API, so the second create would fail, or take over what the first stage deletes one day.
 *
 * @param stage - the component's name
 */
export function warnOfSharedVersion(
  version: DocumentationVersion,
  restApi: RestApiReference,
  stage: string,
  warn: (text: string) => void,
): void {
  const program = pulumi.runtime.getMonitor();
  if (program === undefined) return;
  const { restApiId, documentationVersion } = argumentsOf(version) ?? {};
  const urn = pulumi.Resource.isInstance(restApi) ? restApi.urn : undefined;
  const own: Made = { stage, version: documentationVersion, restApiId, restApi: urn };
  const earlier = made.get(program) ?? [];
  made.set(program, [...earlier, own]);
  let isTold = false;
  const tell = (other: string, name: unknown): void => {
    if (isTold) return;
    isTold = true;
    const fix = `keep it in "${other}", and give it here as \`documentationVersion\``;
    warn(
      `documentation.version: "${other}" makes the version "${String(name)}" of the same API, and AWS has one of a name. Fix: ${fix}`,
    );
  };
  for (const other of earlier) {
    for (const key of ["restApiId", "restApi"] as const) {
      if (own[key] === undefined || other[key] === undefined) continue;
      const all: pulumi.Output<unknown[]> = pulumi.output([own[key], other[key], own.version, other.version]);
      all.apply(([api, its, name, itsName]) => {
        if (api === its && name === itsName) tell(other.stage, name);
      });
    }
  }
}

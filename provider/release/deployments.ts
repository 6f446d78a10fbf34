import { CloudControlError, isRefusal } from "../core/errors";
import { ownDeployments, type Deployed, type ReleaseRecord } from "../core/release/record";
import { describe, marksOf, readMark, type Marked } from "../core/release/recovery";
import { markOf, type Wish } from "../core/release/wish";
import type { JsonObject } from "../core/json";
import type { RegistrySchema } from "../core/schema";
import type { Lifecycle } from "../lifecycle";
import type { Ports } from "../ports";
import { reading, readUntil } from "../retry";
import type { Options } from "../target";
import type { State, Want } from "../state";
import { titleOf } from "./bags";

/** The registry's name of the type. */
export const DEPLOYMENT = "AWS::ApiGateway::Deployment";

/** How often is looked for a deployment that is not shown. */
const LOOKS = 3;

/** What the deployments of a release have in common. */
export interface DeploymentsParts {
  readonly lifecycle: Lifecycle;
  readonly ports: Ports;
  readonly schema: RegistrySchema;
  readonly options: Options;
  readonly account: string | undefined;
  /** The stage's own, by which the journal finds a create that was cut off. */
  readonly identity: string | undefined;
  readonly restApiId: string;
  readonly stageName: string;
}

/**
 * The deployments that a release makes: each carries the stage's name and a mark of its content in its description, by
 * which a run that comes after a crash finds it.
 */
export class Deployments {
  constructor(private readonly parts: DeploymentsParts) {}

  /** Makes a deployment, or goes on with the create of it that was cut off. */
  async make(key: string): Promise<Deployed> {
    const { id } = await this.parts.lifecycle.create(this.want(key));
    return { id: id.split("|")[0] ?? id, key, own: true };
  }

  /** The deployments of the API that bear this stage's mark. An API that is gone has none. */
  async marked(): Promise<Marked[]> {
    const { ports, options, restApiId, stageName } = this.parts;
    const cloud = ports.cloudControl(options.target);
    const found: Marked[] = [];
    let nextToken: string | undefined;
    do {
      const what = { typeName: DEPLOYMENT, subject: `of ${restApiId}` };
      const model = { RestApiId: restApiId };
      const page = await reading(ports.clock, what, async () => cloud.list(DEPLOYMENT, model, nextToken));
      for (const { identifier, properties } of page.items) {
        // AWS may leave properties out of a list.
        const shown = "Description" in properties ? properties : await this.shown(identifier);
        const mark = readMark(stageName, shown?.Description);
        if (mark) found.push({ id: identifier.split("|")[0] ?? identifier, ...mark });
      }
      // What gives the same page again would give it for ever.
      nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  /**
   * Looks whether a deployment that the program gives is there, before anything is changed: of AWS's own answer to a stage
   * nobody could tell which of its deployments is meant. Where nobody may look, AWS has to say it.
   *
   * @param argument - the argument of the component that names it
   */
  async expect(argument: "candidate" | "deployment", id: string): Promise<void> {
    const { ports, restApiId, stageName } = this.parts;
    const look = async (): Promise<JsonObject | undefined> => this.shown(`${id}|${restApiId}`);
    try {
      // One that the program has just made may not be shown at once.
      if (await readUntil(ports.clock, look, (live) => live !== undefined, LOOKS)) return;
    } catch (error) {
      if (error instanceof CloudControlError) return;
      throw error;
    }
    const list = `\`aws apigateway get-deployments --rest-api-id ${restApiId}\` lists them`;
    const instead = argument === "candidate" ? ", or leave `candidate` out, so that the release makes one" : "";
    throw new Error(
      `${titleOf(`${restApiId}|${stageName}`)}: ${argument}: expected a deployment of the API ${restApiId}, got "${id}", which it does not have; nothing was changed. Fix: give one that is there (${list})${instead}`,
    );
  }

  private async shown(identifier: string): Promise<JsonObject | undefined> {
    const { ports, options } = this.parts;
    const what = { typeName: DEPLOYMENT, subject: identifier };
    const cloud = ports.cloudControl(options.target);
    return reading(ports.clock, what, async () => cloud.get(DEPLOYMENT, identifier));
  }

  /** Those that are there still. */
  async left(deployed: readonly Deployed[]): Promise<Deployed[]> {
    const shown = await Promise.all(deployed.map(async ({ id }) => this.shown(`${id}|${this.parts.restApiId}`)));
    return deployed.filter((_, at) => shown[at] !== undefined);
  }

  /** Marks a candidate as sent back, so that a run after a crash does not try it again. */
  async refuse({ id, key }: Deployed): Promise<void> {
    await this.parts.lifecycle.update(this.state(id, describe(this.parts.stageName, key)), this.want(key, true));
  }

  /** Deletes a deployment; one that is already gone is deleted. */
  async remove(id: string): Promise<void> {
    await this.parts.lifecycle.delete(this.state(id, ""));
  }

  /** The journal's entries of deployments that the state shows have served. */
  async recognise(deployed: readonly Deployed[]): Promise<void> {
    for (const { id } of deployed) await this.parts.lifecycle.recognise(this.state(id, ""));
  }

  private want(key: string, refused = false): Want {
    const { schema, options, account, identity, restApiId, stageName } = this.parts;
    return {
      schema,
      options: { target: options.target, timeouts: {}, adopt: false },
      account,
      ...(identity === undefined ? {} : { identity: `${identity}#${markOf(key)}` }),
      desired: { RestApiId: restApiId, Description: describe(stageName, key, refused) },
      names: (path) => path.join("."),
    };
  }

  private state(id: string, description: string): State {
    const { schema, options, account, restApiId } = this.parts;
    const owned: JsonObject = { RestApiId: restApiId, Description: description };
    const own = { target: options.target, timeouts: {}, adopt: false };
    return { schema, id: `${id}|${restApiId}`, options: own, account, owned, attributes: {}, notes: {} };
  }
}

/** Whether a list failed because there is nothing, or no permission, to list. */
function isUnlisted(error: unknown): boolean {
  return (
    error instanceof CloudControlError &&
    /^(ResourceNotFound|AccessDenied|UnsupportedAction)(Exception)?$/.test(error.code)
  );
}

/** Whether AWS surely made nothing of a request that failed so. */
export function isCertain(error: unknown): boolean {
  return error instanceof CloudControlError && isRefusal(error);
}

/** The deployment of this content that is there already and was not sent back. */
export function ofContent(marked: readonly Marked[], { key }: Wish): Marked | undefined {
  return marked.find(({ mark, refused }) => mark === markOf(key) && !refused);
}

/** What the stage serves first: what the program gives, else a deployment of the API as it is. */
export async function firstOf(wish: Wish, mine: Marked | undefined, deployments: Deployments): Promise<Deployed> {
  const given = wish.initial ?? wish.given;
  if (wish.initial !== undefined) await deployments.expect("deployment", wish.initial);
  const isServed = wish.initial === undefined || wish.phase !== "rollback";
  if (wish.given !== undefined && isServed) await deployments.expect("candidate", wish.given);
  if (given !== undefined) return { id: given, key: `id:${given}`, own: false };
  return mine ? { id: mine.id, key: wish.key, own: true } : deployments.make(wish.key);
}

/**
 * Own deployments that are there; by their marks none where AWS has no list to show.
 *
 * @param record - knows some of them by id
 */
export async function listed(deployments: Deployments, record?: ReleaseRecord): Promise<Marked[]> {
  const known = record ? marksOf(record, await deployments.left(ownDeployments(record))) : [];
  try {
    const marked = await deployments.marked();
    return [...known, ...marked.filter(({ id }) => !known.some((one) => one.id === id))];
  } catch (error) {
    if (isUnlisted(error)) return known;
    throw error;
  }
}

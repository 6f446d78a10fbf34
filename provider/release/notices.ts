import type { Deployed, ReleaseRecord } from "../core/release/record";
import type { Ports } from "../ports";
import { titleOf } from "./bags";

/** What the user is told of releases, each line once a process: the engine asks for the same more than once. */
export class Notices {
  private readonly told = new Set<string>();

  constructor(private readonly ports: Pick<Ports, "tell">) {}

  once(id: string, text: string): void {
    const line = `${titleOf(id)}: ${text}`;
    if (this.told.has(line)) return;
    this.told.add(line);
    this.ports.tell(line);
  }

  /** The candidate that was taken back, where there is one. */
  refusal(id: string, { refused }: ReleaseRecord): void {
    if (!refused) return;
    const when = refused.time === "" ? "" : ` (${refused.time})`;
    this.once(
      id,
      `the program's candidate is not shifted, as it was rolled back: ${refused.reason}${when}. Deploy another one, or set \`retryCandidate: true\``,
    );
  }

  /** A stage that is gone, and deployments of its release that are not. */
  remains(id: string, left: readonly Deployed[]): void {
    this.once(
      id,
      `the stage is gone, and deployments of its release are left (${left.map((one) => one.id).join(", ")}). ` +
        "`pulumi up` makes the stage again, `pulumi destroy` deletes them",
    );
  }
}

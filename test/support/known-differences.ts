/** Where the local Cloud Control is known to differ from a recording of AWS, and why. docs/emulator.md lists them. */
export interface KnownDifference {
  /** The recording's file, without its ending. */
  readonly recording: string;
  /** The property that AWS showed and that is not shown here. */
  readonly property: string;
  readonly why: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    recording: "AWS__Logs__LogGroup.HuntApsLogsD100685A",
    property: "ResourcePolicyDocument",
    why: "AWS's log delivery wrote it when another service began to deliver its logs there; log delivery is not emulated.",
  },
];

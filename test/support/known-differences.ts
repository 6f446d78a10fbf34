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

/** Differences that no recording shows, in words for docs/emulator.md. */
export const generalDifferences: readonly string[] = [
  "Nothing is behind the resources: an API cannot be called, a bucket holds no objects, an alarm watches nothing.",
  "Permissions are not evaluated: every caller may do everything in its own account, and `RoleArn` is only checked for its form.",
  "A new bucket reads back as in the recording of February 2023, without the encryption, ownership and public-access settings that AWS shows today; the switch `bucketDefaults` shows them.",
  "The items of a list carry the resource's identifier only; AWS's handlers may give more properties.",
  "Of an OpenAPI body, paths and methods with their integrations are imported; models, authorizers and validators in it are not, and YAML is refused.",
  "The capacity of a web ACL is added up from its rules' kinds; AWS weighs their transformations, too.",
  "A Lambda permission takes a function, and a web ACL's association both its ends, that were made elsewhere (switch `associationEndsChecked`).",
  "`Id` of `AWS::ApiGateway::Account` is twelve letters; AWS's own form for a resource that no stack made is not recorded.",
  "Values that a stage keeps and Cloud Control cannot express (`requireAuthorizationForCacheControl` and its kin) are not kept.",
  "AWS does not publish how many calls of Cloud Control it lets pass; here it is as many as a rate or a fault says.",
  "Texts of refusals that no recording and no report shows are worded like their neighbours; their error codes are AWS's.",
];

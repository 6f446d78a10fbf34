/** Where a region's names and hosts differ from the commercial partition's. */
interface Partition {
  readonly name: string;
  readonly prefix: string;
  readonly hostSuffix: string;
}

const COMMERCIAL: Partition = { name: "aws", prefix: "", hostSuffix: "amazonaws.com" };

/** @see https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
const PARTITIONS: readonly Partition[] = [
  { name: "aws-cn", prefix: "cn-", hostSuffix: "amazonaws.com.cn" },
  { name: "aws-us-gov", prefix: "us-gov-", hostSuffix: "amazonaws.com" },
  { name: "aws-iso-b", prefix: "us-isob-", hostSuffix: "sc2s.sgov.gov" },
  { name: "aws-iso-e", prefix: "eu-isoe-", hostSuffix: "cloud.adc-e.uk" },
  { name: "aws-iso-f", prefix: "us-isof-", hostSuffix: "csp.hci.ic.gov" },
  { name: "aws-iso", prefix: "us-iso-", hostSuffix: "c2s.ic.gov" },
  { name: "aws-eusc", prefix: "eusc-", hostSuffix: "amazonaws.eu" },
];

/** The partition a region belongs to: `aws`, `aws-cn`, `aws-us-gov`, … */
export function partitionOf(region: string): string {
  return lookUp(region).name;
}

/** The domain under which a region's public hosts stand. */
export function hostSuffixOf(region: string): string {
  return lookUp(region).hostSuffix;
}

function lookUp(region: string): Partition {
  return PARTITIONS.find(({ prefix }) => region.startsWith(prefix)) ?? COMMERCIAL;
}

import * as pulumi from "@pulumi/pulumi";
import { argumentsOf } from "../resources/base";
import type { ApiStage } from "./api-stage";
import { judge, type ControlFinding, type ControlId, type MethodFacts } from "./compliance";
import { comesLater, ifKnown } from "./later";

/** The arguments that compliance looks at, once they are known. */
interface Known {
  readonly methodSettings?: readonly MethodFacts[];
  readonly accessLogSetting?: { readonly destinationArn?: string; readonly format?: string };
  readonly tracingEnabled?: boolean;
  readonly cacheClusterEnabled?: boolean;
  readonly clientCertificateId?: string;
  readonly groups: readonly { readonly retentionInDays?: number; readonly kmsKeyId?: string }[];
}

/**
 * What the controls say of a stage, judged by what the children were really given, after the last word of `transform`.
 *
 * @param isReleased - the stage's deployments are made by its provider
 */
export function findingsOf(
  made: Omit<ApiStage, "compliance">,
  waivers: Readonly<Partial<Record<ControlId, string>>> | undefined,
  isReleased: boolean,
): pulumi.Output<readonly ControlFinding[]> {
  const stage = argumentsOf(made.stage) ?? {};
  const { methodSettings, accessLogSetting, tracingEnabled, cacheClusterEnabled, clientCertificateId } = stage;
  const own = [made.logGroup, made.executionLogGroup, made.canaryLogGroup, made.canaryExecutionLogGroup];
  const groups = own
    .filter((group) => group !== undefined)
    .map((group) => {
      const { retentionInDays, kmsKeyId } = argumentsOf(group) ?? {};
      return withPresent({ retentionInDays, kmsKeyId }, "kmsKeyId");
    });
  const known = pulumi.output({
    methodSettings,
    accessLogSetting: comesLater(accessLogSetting)
      ? accessLogSetting
      : withPresent(accessLogSetting ?? {}, "destinationArn"),
    tracingEnabled,
    cacheClusterEnabled,
    ...withPresent({ clientCertificateId }, "clientCertificateId"),
    groups,
  });
  return (known as unknown as pulumi.OutputInstance<Known>).apply((facts) =>
    judge(
      {
        methods: facts.methodSettings ?? [],
        accessLog: facts.accessLogSetting,
        tracing: facts.tracingEnabled === true,
        cacheCluster: facts.cacheClusterEnabled === true,
        clientCertificate: (facts.clientCertificateId ?? "") !== "",
        webAcl: made.webAclAssociation !== undefined,
        usagePlan: made.usagePlan !== undefined,
        ownDeployment: made.deployment !== undefined || isReleased,
        logGroups: facts.groups.map(({ retentionInDays: days, kmsKeyId }) => ({ days, kmsKeyId })),
        ownLogs: { access: made.logGroup !== undefined, execution: made.executionLogGroup !== undefined },
      },
      waivers,
    ),
  );
}

/**
 * Of an id or an ARN only matters that it is there. What AWS has yet to give out is, so that the first preview of a stack
 * has its report.
 */
function withPresent(args: object, key: string): object {
  const value = (args as Readonly<Record<string, unknown>>)[key];
  return comesLater(value) ? { ...args, [key]: ifKnown(pulumi.output(value), "known later") } : args;
}

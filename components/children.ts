import type * as pulumi from "@pulumi/pulumi";
import type {
  AccountRoleArgs,
  BasePathMappingArgs,
  ClientCertificateArgs,
  DeploymentArgs,
  DocumentationVersionArgs,
  StageArgs,
  UsagePlanArgs,
} from "../resources/apigateway";
import type { AlarmArgs, DashboardArgs } from "../resources/cloudwatch";
import type { LogGroupArgs, MetricFilterArgs } from "../resources/logs";
import type { WebACLAssociationArgs } from "../resources/wafv2";
import type { Target } from "./target";

/** What the children of a component share with the stage. */
export interface StagePlace {
  readonly name: string;
  readonly restApiId: pulumi.Input<string>;
  readonly stageName: pulumi.Input<string>;
  readonly target: Target;
  readonly parent: pulumi.Resource;
}

/**
 * A child as the component is about to make it.
 *
 * @public
 */
export interface Child<A> {
  /** Its name, which tells children of one kind apart. It stays what it is. */
  readonly name: string;
  readonly args: A;
  readonly opts: pulumi.CustomResourceOptions;
}

/**
 * A last word on a child: arguments that win over the component's, or a function from the child as it would be to the
 * child as it is to be.
 *
 * @public
 */
export type Transform<A> = Partial<A> | ((child: Child<A>) => Child<A>);

/**
 * A last word on each kind of child that a stage component makes.
 *
 * @example
 * ```ts
 * transform: {
 *   stage: { description: "from the platform team" },
 *   logGroup: ({ args, ...child }) => ({ ...child, args: { ...args, logGroupClass: "INFREQUENT_ACCESS" } }),
 * }
 * ```
 *
 * @public
 */
export interface Transforms {
  readonly stage?: Transform<StageArgs>;
  readonly deployment?: Transform<DeploymentArgs>;
  /** Access and execution logs, and their twins for the canary. */
  readonly logGroup?: Transform<LogGroupArgs>;
  readonly accountRole?: Transform<AccountRoleArgs>;
  readonly webAclAssociation?: Transform<WebACLAssociationArgs>;
  readonly clientCertificate?: Transform<ClientCertificateArgs>;
  readonly documentationVersion?: Transform<DocumentationVersionArgs>;
  readonly usagePlan?: Transform<UsagePlanArgs>;
  readonly basePathMapping?: Transform<BasePathMappingArgs>;
  readonly metricFilter?: Transform<MetricFilterArgs>;
  readonly alarm?: Transform<AlarmArgs>;
  readonly dashboard?: Transform<DashboardArgs>;
}

/** The arguments of the children of a kind. */
type ArgsOf<K extends keyof Transforms> = Transforms[K] extends Transform<infer A> | undefined ? A : never;

/** Makes the children of one component: in its place, under it, and with the user's last word on each. */
export class Children {
  constructor(
    readonly place: StagePlace,
    private readonly transforms: Transforms = {},
  ) {}

  /** @param suffix - what the child's name has behind the component's; none for the stage itself */
  make<K extends keyof Transforms, R>(
    kind: K,
    suffix: string,
    Class: new (name: string, args: ArgsOf<K>, opts: pulumi.CustomResourceOptions) => R,
    args: ArgsOf<K>,
    opts: pulumi.CustomResourceOptions = {},
  ): R {
    const name = this.place.name + suffix;
    const made: Child<ArgsOf<K>> = {
      name,
      args: { ...this.place.target, ...(args as object) } as ArgsOf<K>,
      opts: { parent: this.place.parent, ...opts },
    };
    const child = transformed(made, this.transforms[kind] as Transform<ArgsOf<K>> | undefined);
    return new Class(name, child.args, child.opts);
  }
}

function transformed<A>(child: Child<A>, transform: Transform<A> | undefined): Child<A> {
  if (transform === undefined) return child;
  if (typeof transform === "function") return transform(child);
  return { ...child, args: { ...child.args, ...transform } };
}

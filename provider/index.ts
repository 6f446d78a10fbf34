import type * as pulumi from "@pulumi/pulumi";
import { readSchema, typeNames } from "../schema/table";
import { DynamicProvider } from "./dynamic";
import { Environment } from "./edge/environment";
import { Lifecycle } from "./lifecycle";

const environment = new Environment();

/**
 * The door that every resource's `__provider` text opens in the dynamic-provider process. Its path
 * (`pulumi-cloudcontrol/provider`) and its name are part of the state format: neither may ever change.
 *
 * @public
 */
export const provider: pulumi.dynamic.ResourceProvider = new DynamicProvider({
  lifecycle: new Lifecycle(environment),
  schema: readSchema,
  typeNames,
  defaultRegion: async () => environment.defaultRegion(),
  get settings() {
    return environment.settings;
  },
  account: async (target) => environment.account(target),
  configure: (get) => {
    environment.configure(get);
  },
});

import type * as pulumi from "@pulumi/pulumi";
import { typeNames } from "../schema/table";
import { AccountRoleProvider } from "./account-role";
import type { RegistrySchema } from "./core/schema";
import { DynamicProvider } from "./dynamic";
import { hasAlarms } from "./edge/alarms";
import { bakeClock } from "./edge/bake-clock";
import { systemClock } from "./edge/clock";
import { EngineWatch, isGone, speakToNobody, startingEngine } from "./edge/engine";
import { Environment } from "./edge/environment";
import { FileJournal } from "./edge/journal";
import { journalFolder } from "./edge/journal-files";
import { Kinds } from "./kinds";
import { Lifecycle } from "./lifecycle";
import { RELEASE } from "./release/bags";
import { ReleaseProvider } from "./release/provider";
import type { Target } from "./target";

const engine = startingEngine(process.argv, process.ppid);
const watch = new EngineWatch(engine);
if (engine) speakToNobody(process.stdout, process.stderr);

/** Only the process that an engine started keeps a journal: mocks and tools write nothing beside the program. */
const journal =
  engine &&
  new FileJournal({
    folder: journalFolder(process.env, process.cwd()),
    clock: systemClock,
    engine,
    isGone,
    isOrphan: () => watch.isOrphan,
    tell: (line) => {
      environment.tell(line);
    },
  });
watch.onEnd((isIdle) => journal?.close(isIdle));
const environment: Environment = new Environment(systemClock, journal);

const lifecycle = new Lifecycle(environment);
const schema = async (typeName: string, target: Target): Promise<RegistrySchema | undefined> =>
  environment.schema(typeName, target);

/** For every resource of the registry's types. */
const plain = new DynamicProvider({
  lifecycle,
  schema,
  typeNames,
  defaultRegion: async () => environment.defaultRegion(),
  get settings() {
    return environment.settings;
  },
  during: async (run) => watch.during(run),
  account: async (target) => environment.account(target),
  configure: (get) => {
    environment.configure(get);
  },
});

/**
 * The door that every resource's `__provider` text opens in the dynamic-provider process. Its path
 * (`pulumi-cloudcontrol/provider`) and its name are part of the state format: neither may ever change.
 *
 * @public
 */
export const provider: pulumi.dynamic.ResourceProvider = new Kinds({
  plain,
  kinds: {
    "account-role": new AccountRoleProvider(environment),
    [RELEASE]: new ReleaseProvider({
      plain,
      lifecycle,
      ports: environment,
      schema,
      alarms: (target) => environment.alarms(target),
      hasAlarms,
      bakeClock: bakeClock(process.env),
      isOrphan: async () => watch.hasDied(),
    }),
  },
  during: async (run) => watch.during(run),
});

import type { Clock, Journal } from "./ports";

/** No journal at all: a client token for each try, and nothing kept. */
export function noJournal(clock: Clock): Journal {
  const done = async (): Promise<void> => Promise.resolve();
  return {
    begin: async () =>
      Promise.resolve({
        adoptId: undefined,
        token: async () => Promise.resolve({ clientToken: clock.token(), isResent: false }),
        heard: done,
        delivered: done,
        unclear: () => undefined,
        failed: done,
      }),
    settle: done,
    met: done,
    compared: () => undefined,
  };
}

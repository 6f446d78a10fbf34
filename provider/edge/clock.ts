import { randomUUID } from "node:crypto";
import type { Clock } from "../ports";

/** The machine's own clock and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) =>
    new Promise((resolve) => {
      setTimeout(resolve, milliseconds);
    }),
  random: () => Math.random(),
  token: () => randomUUID(),
};

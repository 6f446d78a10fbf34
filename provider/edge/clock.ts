import { randomUUID } from "node:crypto";
import type { Clock } from "../ports";

/** Node's timers take no more, and fire at once where they are given more, or less than nothing. */
const LONGEST = 2 ** 31 - 1;

/** The machine's own clock and chance. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (milliseconds) => {
    for (let left = Math.max(milliseconds, 0); ; left -= LONGEST) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(left, LONGEST)));
      if (left <= LONGEST) return;
    }
  },
  random: () => Math.random(),
  token: () => randomUUID(),
};

/*
 * The presets as functions over the arguments of an ApiStage. They compose from the inside out: each fills in what the
 * arguments it gets leave open, so in `logging(dev(args))` the development settings win. `canary` stands innermost, as it
 * alone takes words that an ApiStage does not have.
 */
export { canary } from "./canary-stage";
export { dev } from "./dev-stage";
export { logging } from "./logging-stage";

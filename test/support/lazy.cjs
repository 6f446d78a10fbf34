// Loaded before Pulumi's SDK in the provider processes of these tests: see engine.ts. What only makes text of a program's
// closures, which none does here, is loaded when it is asked for after all: it is a third of the start.
"use strict";
const Module = require("node:module");

const LATE = new Set(["typescript", "@npmcli/arborist"]);
const load = Module._load;

Module._load = function (request, ...rest) {
  if (!LATE.has(request)) return load.call(this, request, ...rest);
  const real = () => load.call(this, request, ...rest);
  return new Proxy(
    {},
    { get: (_, name) => (name === "__esModule" ? true : name === "default" ? real() : real()[name]) },
  );
};

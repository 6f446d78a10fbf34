// Loaded before Pulumi's SDK in the provider processes of these tests: see engine.ts. What only makes text of a program's
// closures or drives engines, which none does here, is loaded when it is asked for after all: it is half of the start.
"use strict";
const Module = require("node:module");

const LATE = new Set(["typescript", "@npmcli/arborist", "normalize-package-data", "semver", "js-yaml", "execa"]);
const load = Module._load;

/** Stands for a CommonJS module as `import` sees it, until something of it is asked for. */
Module._load = function (request, ...rest) {
  if (!LATE.has(request)) return load.call(this, request, ...rest);
  const real = () => load.call(this, request, ...rest);
  return new Proxy(function late() {}, {
    get: (_, name) => (name === "__esModule" ? true : name === "default" ? real() : real()[name]),
    apply: (_, self, args) => Reflect.apply(real(), self, args),
    construct: (_, args) => Reflect.construct(real(), args),
  });
};

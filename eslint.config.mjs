import js from "@eslint/js";
import tsdoc from "eslint-plugin-tsdoc";
import tseslint from "typescript-eslint";

/** Who may import whom: docs/architecture.md has the table and the reasons. */
const rooms = (files, patterns) => ({
  files,
  rules: { "no-restricted-imports": ["error", { patterns }] },
});
const pulumi = { group: ["@pulumi/*"], message: "this room does not know Pulumi" };
const sdk = { group: ["@aws-sdk/*", "@smithy/*"], message: "only the edges of provider/ talk to AWS" };
/** The emulator checks signatures with the SDK's own signer and knows nothing else of the SDK. */
const noSdk = { group: ["@aws-sdk/*", "@smithy/*", "!@smithy/signature-v4"], message: sdk.message };
const to = (place) => ({
  group: [`**/${place}/**`, `**/${place}`, `**/${place}.js`],
  message: `this room may not import ${place}`,
});

export default tseslint.config(
  {
    ignores: [
      "dist/**",
      "node_modules/**",
      "coverage/**",
      ".pulumi-cloudcontrol/**",
      "**/generated/**",
      "**/*.js",
      "**/*.cjs",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname } },
    plugins: { tsdoc },
    rules: {
      "tsdoc/syntax": "error",
      "max-lines": ["error", { max: 300, skipBlankLines: true, skipComments: true }],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportAllDeclaration[exported=null]", message: "name what you export" },
        { selector: "ExportDefaultDeclaration", message: "name what you export" },
      ],
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
    },
  },
  {
    files: ["test/**/*.ts", "examples/**/*.test.ts", "bench/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unused-expressions": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      "max-lines": ["error", { max: 500, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        setTimeout: "readonly",
        clearTimeout: "readonly",
        URL: "readonly",
        fetch: "readonly",
        Buffer: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        AbortSignal: "readonly",
      },
    },
  },
  {
    files: ["emulator/page/assets/*.mjs"],
    languageOptions: {
      globals: {
        document: "readonly",
        DOMParser: "readonly",
        EventSource: "readonly",
        FormData: "readonly",
        history: "readonly",
        location: "readonly",
        URLSearchParams: "readonly",
      },
    },
  },
  rooms(
    ["provider/core/**/*.ts"],
    [pulumi, sdk, to("schema/table"), to("resources"), to("components"), to("emulator"), to("edge")],
  ),
  {
    files: ["provider/**/*.ts"],
    ignores: ["provider/core/**", "provider/edge/**"],
    rules: {
      "@typescript-eslint/no-restricted-imports": [
        "error",
        { patterns: [{ ...pulumi, allowTypeImports: true }, to("resources"), to("components"), to("emulator")] },
      ],
    },
  },
  rooms(["provider/edge/**/*.ts"], [pulumi, to("resources"), to("components"), to("emulator")]),
  rooms(["schema/**/*.ts"], [pulumi, sdk, to("provider"), to("resources"), to("components"), to("emulator")]),
  rooms(["resources/**/*.ts"], [sdk, to("provider"), to("components"), to("emulator")]),
  rooms(["components/**/*.ts"], [sdk, to("provider"), to("emulator"), to("schema")]),
  rooms(["testing/**/*.ts"], [sdk, to("provider/edge"), to("resources"), to("components")]),
  rooms(["emulator/**/*.ts"], [pulumi, noSdk, to("provider"), to("resources"), to("components")]),
);

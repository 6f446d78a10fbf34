// A mocha reporter that is brief about successes and works in parallel mode: failures in full, skipped and slow tests by
// name, and in a file for scripts/test/main.mjs the counts and what failed.
"use strict";
const { writeFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING } = Runner.constants;
const SLOW = 2_000;

module.exports = class BriefReporter extends reporters.Base {
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    const title = (test) => test.titlePath().join(" › ");
    const say = (line) => reporters.Base.consoleLog(line);
    runner.on(EVENT_TEST_PASS, (test) => {
      counts.passed += 1;
      if (test.duration >= SLOW) say(`  ✔ ${title(test)} (${(test.duration / 1000).toFixed(1)} s)`);
    });
    runner.on(EVENT_TEST_PENDING, (test) => {
      counts.skipped += 1;
      say(`  - skipped: ${title(test)}`);
    });
    runner.on(EVENT_TEST_FAIL, (test) => {
      counts.failed += 1;
      say(`  ✘ ${title(test)}`);
    });
    runner.on(EVENT_RUN_END, () => {
      if (this.failures.length > 0) reporters.Base.list(this.failures);
      const file = process.env.PULUMI_CLOUDCONTROL_COUNTS;
      const failures = this.failures.map((test) => `${title(test)}\n${test.err?.stack ?? test.err}`);
      if (file) writeFileSync(file, JSON.stringify({ ...counts, failures }));
    });
  }
};

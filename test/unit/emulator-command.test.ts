import { expect } from "chai";
import { quirkLines, readOptions, type Flags } from "../../cli/emulator-options";
import { defaultQuirks } from "../../emulator/options";

const messageOf = (flags: Flags): string => {
  try {
    readOptions(flags);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
};

// Does not prove what the emulator does with the options.
describe("the emulator command's flags", () => {
  it("become the emulator's options", () => {
    const options = readOptions({
      port: "4566",
      host: "127.0.0.1",
      data: "cloud.log",
      seed: "1",
      region: "eu-west-1",
      rate: "10/20",
      account: ["me=111111111111"],
      secret: ["key=a=b/c"],
      latency: ["5-10", "create=7", "read=1", "pending=3", "GetResource=4"],
      quirk: ["cacheStaysOn=off", "retryAfter=always", "resourceModelInEvents=on"],
      "virtual-clock": true,
      "allow-host": ["cloud.test"],
    });
    expect(options).to.deep.equal({
      port: 4566,
      host: "127.0.0.1",
      data: "cloud.log",
      seed: 1,
      region: "eu-west-1",
      rate: { perSecond: 10, burst: 20 },
      clock: "virtual",
      allowRemote: false,
      allowedHosts: ["cloud.test"],
      accounts: { me: "111111111111" },
      secrets: { key: "a=b/c" },
      latency: { create: 7, update: [5, 10], delete: [5, 10], read: 1, pending: 3, calls: { GetResource: 4 } },
      quirks: { cacheStaysOn: false, retryAfter: "always", resourceModelInEvents: true },
    });
  });

  const wrong: readonly (readonly [Flags, string])[] = [
    [{ port: "70000" }, '--port: expected a whole number from 0 to 65535, got "70000"'],
    [{ port: "-1" }, '--port: expected a whole number from 0 to 65535, got "-1"'],
    [{ region: "moon" }, '--region: expected a region such as eu-west-1, got "moon"'],
    [{ rate: "0" }, '--rate: expected <calls per second>[/<burst>], got "0"'],
    [{ account: ["me"] }, '--account: expected <access key>=<12 digits>, got "me"'],
    [{ account: ["me=1"] }, '--account: expected me=<12 digits>, got "1"'],
    [{ secret: ["onlyASecret"] }, "--secret: expected <access key>=<secret>, got another form"],
    [
      { latency: ["craete=1"] },
      '--latency: expected <accept|pending|read|create|update|delete|operation of the API>=<ms> or <ms>-<ms>, got "craete=1"',
    ],
    [{ latency: ["read=1-2"] }, '--latency: expected one number for read, got "read=1-2"'],
    [{ latency: ["9-2"] }, '--latency: expected a range from low to high, got "9-2"'],
    [{ quirk: ["cacheStayOn=off"] }, '--quirk: there is no quirk "cacheStayOn". Did you mean "cacheStaysOn"?'],
    [{ quirk: ["cacheStaysOn=no"] }, '--quirk: expected cacheStaysOn=on|off, got "no"'],
  ];
  for (const [flags, message] of wrong) {
    it(`are refused with what was expected: ${JSON.stringify(flags)}`, () => {
      expect(messageOf(flags)).to.equal(message);
    });
  }

  it("list every quirk with its default first", () => {
    expect(quirkLines().map((line) => line.split("=")[0])).to.deep.equal(Object.keys(defaultQuirks));
    expect(quirkLines()).to.include.members(["retryAfter=list|always|never", "resourceModelInEvents=off|on"]);
  });
});

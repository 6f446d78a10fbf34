import { expect } from "chai";
import { serviceRates } from "../../../provider/core/service-rates";
import { Pace } from "../../../provider/pace";
import { EventClock } from "../../support/event-clock";

const SECOND = 1000;
const REGIONAL = { EndpointConfiguration: { Types: ["REGIONAL"] } };

// Time is virtual. That handlers do not fail with Throttling then is in test/provider/limits.
describe("changes that API Gateway takes only so many of", () => {
  /** When each of so many, wanted at once, may be sent: seconds after the first. */
  const turns = async (
    typeName: string,
    operation: "Create" | "Update" | "Delete",
    count: number,
    model = {},
  ): Promise<number[]> => {
    const clock = new EventClock();
    const pace = new Pace(clock);
    const began = clock.now();
    const rates = serviceRates(typeName, operation, model);
    return Promise.all(
      Array.from({ length: count }, async () => {
        await pace.turn(rates);
        return (clock.now() - began) / SECOND;
      }),
    );
  };

  for (const [typeName, operation, least, model] of [
    ["AWS::ApiGateway::Deployment", "Create", 5, {}],
    ["AWS::ApiGateway::Account", "Create", 20, {}],
    ["AWS::ApiGateway::Account", "Update", 20, {}],
    ["AWS::ApiGateway::RestApi", "Create", 3, REGIONAL],
    ["AWS::ApiGateway::RestApi", "Create", 30, {}],
    ["AWS::ApiGateway::RestApi", "Delete", 30, {}],
    ["AWS::ApiGateway::DocumentationVersion", "Create", 20, {}],
    ["AWS::ApiGateway::DomainName", "Update", 30, {}],
    ["AWS::ApiGateway::UsagePlan", "Update", 20, {}],
  ] as const) {
    it(`go at once when alone, and no faster than one in ${least} s: ${operation} of ${typeName} ${JSON.stringify(model)}`, async () => {
      expect(await turns(typeName, operation, 1, model)).to.deep.equal([0]);
      const [first, second, third] = await turns(typeName, operation, 3, model);
      expect(first).to.equal(0);
      expect(second).to.be.within(least, least * 1.1);
      expect(third).to.be.within(2 * least, 2 * least * 1.1);
    });
  }

  it("go five at once and five a second where the rate says so", async () => {
    const at = await turns("AWS::ApiGateway::Resource", "Create", 15);
    expect(at.filter((seconds) => seconds === 0)).to.have.length(5);
    expect(Math.max(...at)).to.be.within(2, 2.2);
  });

  it("go forty at once and ten a second where only the whole control plane's rate counts", async () => {
    const at = await turns("AWS::ApiGateway::Stage", "Create", 60);
    expect(at.filter((seconds) => seconds === 0)).to.have.length(40);
    expect(Math.max(...at)).to.be.within(2, 2.2);
  });

  it("of other services go at once", async () => {
    expect(serviceRates("AWS::Logs::LogGroup", "Create", {})).to.deep.equal([]);
    expect(await turns("AWS::Logs::LogGroup", "Create", 100)).to.deep.equal(Array(100).fill(0));
  });

  it("go again at once after a pause", async () => {
    const clock = new EventClock();
    const pace = new Pace(clock);
    const rates = serviceRates("AWS::ApiGateway::Deployment", "Create", {});
    expect(await pace.turn(rates)).to.equal(0);
    await clock.sleep(6 * SECOND);
    expect(await pace.turn(rates)).to.equal(0);
  });

  it("tell how long they wait, and for what", async () => {
    const pace = new Pace(new EventClock());
    const rates = serviceRates("AWS::ApiGateway::Account", "Update", {});
    const told: unknown[] = [];
    for (let i = 0; i < 2; i++) await pace.turn(rates, (milliseconds, { call }) => told.push([milliseconds, call]));
    expect(told).to.deep.equal([[21 * SECOND, "UpdateAccount"]]);
  });
});

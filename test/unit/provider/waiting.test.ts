import { expect } from "chai";
import { CloudControlError, meaningOf } from "../../../provider/core/errors";
import { change, remove, type Change, type ChangeFacts } from "../../../provider/operations";
import { CallError, type CloudControl, type ProgressEvent } from "../../../provider/ports";
import { persist } from "../../../provider/retry";
import { nextQuestion, waitForEnd } from "../../../provider/waiting";
import { VirtualClock } from "../../support/clock";

const SECOND = 1000;
const event = (status: ProgressEvent["status"], more: Partial<ProgressEvent> = {}): ProgressEvent => ({
  requestToken: "request-1",
  status,
  ...more,
});
const exception = (code: string, message = "said AWS"): CallError => new CallError(code, message, { cause: undefined });

/** Cloud Control as a list of answers, for rules about order and count; behaviour is proved against the emulator. */
function scripted(calls: string[], answers: Partial<CloudControl>): CloudControl {
  const unexpected = async (name: string): Promise<never> => Promise.reject(new Error(`unexpected ${name}`));
  const made: CloudControl = {
    create: async () => unexpected("create"),
    update: async () => unexpected("update"),
    delete: async () => unexpected("delete"),
    get: async () => unexpected("get"),
    status: async () => unexpected("status"),
    cancel: async () => unexpected("cancel"),
    requests: async () => unexpected("requests"),
    list: async () => unexpected("list"),
    ...answers,
  };
  return new Proxy(made, {
    get: (target, name: keyof CloudControl) => {
      if (name === "firstPoll") return target.firstPoll;
      return (...args: never[]): unknown => {
        calls.push(name);
        return (target[name] as (...given: never[]) => unknown)(...args);
      };
    },
  });
}

/** Gives the answers one after the other; the last one for ever. */
function series<T>(...answers: (T | Error)[]): () => Promise<T> {
  let at = 0;
  return async () => {
    const answer = answers[Math.min(at++, answers.length - 1)] as T | Error;
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
}

describe("polling, which does not prove how AWS times its events", () => {
  /** Asks for the end of a handler that takes so long; gives when, in seconds after it was accepted. */
  const questions = async (seconds: number, clock = new VirtualClock(), cloud?: CloudControl): Promise<number[]> => {
    const began = clock.now();
    const asked: number[] = [];
    const status = async (): Promise<ProgressEvent> => {
      asked.push((clock.now() - began) / SECOND);
      return Promise.resolve(event(clock.now() - began >= seconds * SECOND ? "SUCCESS" : "IN_PROGRESS"));
    };
    const own = cloud ?? scripted([], {});
    own.status = status;
    await waitForEnd(clock, own, event("IN_PROGRESS"), Infinity, { kind: "Create A::B::C" });
    return asked;
  };

  it("never asks before AWS's RetryAfter", async () => {
    const clock = new VirtualClock();
    const began = clock.now();
    const status = series<ProgressEvent>(event("IN_PROGRESS", { retryAfter: began + 20 * SECOND }), event("SUCCESS"));
    await waitForEnd(clock, scripted([], { status }), event("PENDING", { retryAfter: began + 7 * SECOND }), Infinity);
    expect(clock.sleeps).to.deep.equal([7 * SECOND, 13 * SECOND]);
  });

  it("takes AWS's RetryAfter by AWS's clock, which may be an hour ahead of this one", async () => {
    const clock = new VirtualClock();
    const theirs = clock.now() + 3600 * SECOND;
    const asked = event("IN_PROGRESS", { eventTime: theirs - 4 * SECOND, retryAfter: theirs + 6 * SECOND });
    const status = series<ProgressEvent>(event("SUCCESS"));
    await waitForEnd(clock, scripted([], { status }), asked, Infinity);
    expect(clock.sleeps).to.deep.equal([10 * SECOND]);
  });

  it("asks after 2.4 seconds first, and then an eighth of the time so far later, between 0.8 seconds and ten", async () => {
    expect((await questions(5.5)).map((at) => Number(at.toFixed(1)))).to.deep.equal([2.4, 3.2, 4, 4.8, 5.6]);
    const delays = [0, 2, 8, 40, 79, 200].map((asked) => (nextQuestion(asked * SECOND) - asked * SECOND) / SECOND);
    expect(delays).to.deep.equal([0.8, 0.8, 1, 5, 9.875, 10]);
  });

  it("asks for the end of a handler of six seconds less than half a second later, in six calls", async () => {
    const asked = await questions(6);
    expect(asked).to.have.length(6);
    expect(asked.at(-1)).to.be.within(6, 6.45);
  });

  it("asks for a handler of two to four seconds at most three times", async () => {
    for (const [seconds, calls] of [
      [2.3, 1],
      [3.1, 2],
      [3.9, 3],
    ] as const)
      expect(await questions(seconds)).to.have.length(calls);
  });

  it("learns in a process how long a kind of request takes", async () => {
    const clock = new VirtualClock();
    const cloud = scripted([], {});
    for (let round = 0; round < 4; round++) await questions(0.1, clock, cloud);
    expect(await questions(0.1, clock, cloud)).to.deep.equal([0.3]);
    const other = scripted([], {});
    await questions(20, clock, other);
    // A failure is heard of after ten seconds at the latest.
    expect((await questions(20, clock, other))[0]).to.equal(10);
  });

  it("repeats a status call that fails, alone", async () => {
    const calls: string[] = [];
    const status = series<ProgressEvent>(exception("ThrottlingException"), exception("NoAnswer"), event("SUCCESS"));
    const ended = await waitForEnd(new VirtualClock(), scripted(calls, { status }), event("PENDING"), Infinity);
    expect(ended.status).to.equal("SUCCESS");
    expect(calls).to.deep.equal(["status", "status", "status"]);
  });

  it("repeats no call that AWS refused for good", async () => {
    let tries = 0;
    const refused = persist(new VirtualClock(), async () => {
      tries += 1;
      return Promise.reject(exception("AccessDeniedException"));
    });
    expect(await refused.catch((error: unknown) => (error as CallError).code)).to.equal("AccessDeniedException");
    expect(tries).to.equal(1);
  });
});

describe("changes", () => {
  const clock = (): VirtualClock => new VirtualClock();
  const facts: ChangeFacts = {
    operation: "Create",
    typeName: "AWS::ApiGateway::Stage",
    subject: "a1|prod",
    deadline: Number.MAX_SAFE_INTEGER,
  };
  const sending = (tokens: string[], send: () => Promise<ProgressEvent>): Change => ({
    prepare: async () =>
      Promise.resolve(async (token: string) => {
        tokens.push(token);
        return send();
      }),
    accepted: () => undefined,
    mayRepeat: async () => Promise.resolve(true),
  });
  const failure = async (run: Promise<unknown>): Promise<CloudControlError> =>
    run.then(
      () => Promise.reject(new Error("expected a failure")),
      (error: unknown) => error as CloudControlError,
    );

  it("keep their client token over lost answers and throttling", async () => {
    const tokens: string[] = [];
    const send = series<ProgressEvent>(exception("NoAnswer"), exception("ThrottlingException"), event("SUCCESS"));
    await change(clock(), scripted([], {}), facts, sending(tokens, send));
    expect(tokens).to.deep.equal(["token-1", "token-1", "token-1"]);
  });

  for (const code of ["Throttling", "ResourceConflict", "ServiceInternalError", "NetworkFailure"]) {
    it(`are repeated with a new token after a handler failed with ${code}`, async () => {
      const tokens: string[] = [];
      const failed = event("FAILED", { errorCode: code });
      const cloud = scripted([], { status: series(failed) });
      await change(clock(), cloud, facts, sending(tokens, series(failed, event("SUCCESS"))));
      expect(tokens).to.deep.equal(["token-1", "token-2"]);
    });
  }

  for (const code of [
    "InvalidRequest",
    "AlreadyExists",
    "NotStabilized",
    "ServiceTimeout",
    "GeneralServiceException",
  ]) {
    it(`are not repeated after a handler failed with ${code}`, async () => {
      const tokens: string[] = [];
      const failed = event("FAILED", { errorCode: code, message: "Stage already exists" });
      const error = await failure(
        change(clock(), scripted([], { status: series(failed) }), facts, sending(tokens, series(failed))),
      );
      expect(tokens).to.deep.equal(["token-1"]);
      const { cause, fix } = meaningOf(code);
      expect(error.message).to.equal(
        `Create of AWS::ApiGateway::Stage "a1|prod" failed with ${code}: Stage already exists. ${cause} Fix: ${fix}. (request token request-1)`,
      );
    });
  }

  it("that somebody cancelled have failed", async () => {
    const error = await failure(
      change(
        clock(),
        scripted([], { status: series(event("CANCEL_COMPLETE")) }),
        facts,
        sending([], series(event("PENDING"))),
      ),
    );
    expect(error.code).to.equal("CancelComplete");
  });

  it("name the hooks that failed", async () => {
    const failed = event("FAILED", { errorCode: "InvalidRequest", hooks: ["Corp::Tags::Hook: cost centre missing"] });
    const error = await failure(
      change(clock(), scripted([], { status: series(failed) }), facts, sending([], series(event("IN_PROGRESS")))),
    );
    expect(error.message).to.include("Failed hook: Corp::Tags::Hook: cost centre missing.");
  });

  it("wait for the operation in the way by its own token, then plan anew", async () => {
    const calls: string[] = [];
    const asked: string[] = [];
    const busy = exception(
      "ConcurrentOperationException",
      "in progress with RequestToken 11112222-3333-4444-5555-666677778888",
    );
    const cloud = scripted(calls, {
      status: async (token) => {
        asked.push(token);
        return Promise.resolve(event("SUCCESS"));
      },
    });
    let plans = 0;
    const send = series<ProgressEvent>(busy, event("SUCCESS"));
    await change(clock(), cloud, facts, {
      ...sending([], send),
      prepare: async () => {
        plans += 1;
        return Promise.resolve(send);
      },
    });
    expect(asked).to.deep.equal(["11112222-3333-4444-5555-666677778888"]);
    expect(plans).to.equal(2);
  });

  it("wait for the operation in the way for as long as it takes, also where AWS does not name its token", async () => {
    const time = clock();
    const began = time.now();
    const busy = exception("ConcurrentOperationException", "another operation is in progress");
    const until = began + 200 * SECOND;
    const sent: string[] = [];
    const send = async (): Promise<ProgressEvent> =>
      time.now() < until ? Promise.reject(busy) : Promise.resolve(event("SUCCESS"));
    const cloud = scripted([], { status: series<ProgressEvent>(exception("RequestTokenNotFoundException")) });
    await change(time, cloud, { ...facts, deadline: began + 900 * SECOND }, sending(sent, send));
    expect(time.now() - until).to.be.within(0, 10 * SECOND);

    const never = sending([], series<ProgressEvent>(busy));
    const end = time.now() + 60 * SECOND;
    const error = await failure(change(time, cloud, { ...facts, deadline: end }, never));
    expect(error.code).to.equal("ConcurrentOperationException");
    expect(time.now() - end).to.be.within(0, SECOND);
  });

  it("of what cannot change keep their token while the operation in the way may be their own", async () => {
    const token = "11112222-3333-4444-5555-666677778888";
    const busy = exception("ConcurrentOperationException", `in progress with RequestToken ${token}`);
    const sent: string[] = [];
    const send = series<ProgressEvent>(exception("NoAnswer"), busy, event("SUCCESS"));
    const cloud = scripted([], { status: series(event("SUCCESS")) });
    await change(clock(), cloud, facts, { ...sending(sent, send), isFixed: true });
    expect(sent).to.deep.equal(["token-1", "token-1", "token-1"]);
  });

  it("are cancelled at their deadline and say so, with the request token", async () => {
    const calls: string[] = [];
    const time = clock();
    const cloud = scripted(calls, {
      status: series(event("IN_PROGRESS")),
      cancel: series(event("CANCEL_COMPLETE")),
    });
    const late = { ...facts, deadline: time.now() + 20 * SECOND };
    const error = await failure(change(time, cloud, late, sending([], series(event("IN_PROGRESS")))));
    expect(calls.at(-1)).to.equal("cancel");
    expect(error.code).to.equal("Timeout");
    expect(error.message).to.include("(request token request-1)");
    expect(time.now()).to.equal(late.deadline);
  });

  for (const answer of [exception("ResourceNotFoundException"), event("FAILED", { errorCode: "NotFound" })]) {
    it(`that delete what is gone have succeeded (${answer instanceof Error ? "an exception" : "an event"})`, async () => {
      const cloud = scripted([], {
        delete: series<ProgressEvent>(answer),
        ...(answer instanceof Error ? {} : { status: series(answer) }),
      });
      await remove(clock(), cloud, { ...facts, operation: "Delete" });
    });
  }

  it("that delete never take a missing permission for gone", async () => {
    const cloud = scripted([], { delete: series<ProgressEvent>(exception("AccessDeniedException")) });
    const error = await failure(remove(clock(), cloud, { ...facts, operation: "Delete" }));
    expect(error.code).to.equal("AccessDeniedException");
  });
});

describe("a delete that AWS's handler refuses", () => {
  const refused = (operation: "Delete" | "Update", code: string): string =>
    new CloudControlError({ operation, typeName: "AWS::ApiGateway::Deployment", subject: "d1|a1", code }).message;

  for (const code of ["InvalidRequest", "GeneralServiceException"]) {
    it(`with ${code} is told of as what stands in its way, which a run that was cut off may have left`, () => {
      expect(refused("Delete", code)).to.match(/Fix: delete or move what the message names.*journal list/);
      expect(refused("Update", code)).to.include("Fix: correct what the message names");
    });
  }

  it("for want of a permission is told of as such", () => {
    expect(refused("Delete", "AccessDenied")).to.include("Fix: allow the action");
  });
});
